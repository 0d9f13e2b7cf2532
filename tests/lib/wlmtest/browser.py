"""A headless Chromium, by Debian's packages chromium, chromium-driver and python3-selenium."""
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from . import am_root, wait_until

PALE_TEXTS = """
const channels = colour => colour.match(/[\\d.]+/g).map(Number);
const light = colour => channels(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const is_clear = colour => channels(colour).length === 4 && channels(colour)[3] === 0;
function ground(element) {
    for (; element; element = element.parentElement) {
        const colour = getComputedStyle(element).backgroundColor;
        if (!is_clear(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
}
return [...document.body.querySelectorAll("*")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(e => {
        const [dark, bright] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05) < 4.5;
    }).map(e => e.textContent);
"""


class Browser:
    """profile: a folder of its own. trusting: it takes any certificate."""

    def __init__(self, profile, trusting=False):
        options = webdriver.ChromeOptions()
        options.accept_insecure_certs = trusting
        for argument in ("headless=new", f"user-data-dir={profile}", "disable-gpu", "disable-dev-shm-usage",
                         "force-color-profile=srgb", *(["no-sandbox"] if am_root() else [])):
            options.add_argument("--" + argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)

    def open(self, url, width=1440, dark=False):
        devtools = self.driver.execute_cdp_cmd
        devtools("Emulation.setDeviceMetricsOverride",
                 {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        devtools("Emulation.setEmulatedMedia",
                 {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.complaints()  # of the page before
        self.driver.get(url)
        return self

    def go(self, do):
        """Do what leads to another page, such as a button's click, and wait for that page."""
        before = self.find("html")

        def is_gone():
            try:
                before.tag_name
            except StaleElementReferenceException:
                return self.run("return document.readyState") == "complete"
            except WebDriverException:
                pass  # between two pages, Chromium knows neither of them ("unhandled inspector error")
            return False

        do()
        wait_until(is_gone, "another page")

    def find(self, selector):
        """The first element that is there by a CSS selector."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector="body"):
        return self.find(selector).text

    def cookie(self, name):
        """What it has stored of it, also of one that scripts do not see; None: nothing."""
        return self.driver.get_cookie(name)

    def forget_cookies(self):
        """Those of the page that is open."""
        self.driver.delete_all_cookies()

    def complaints(self):
        """Lines of the console: errors, and what the Content-Security-Policy has blocked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def run(self, script, *arguments):
        """What a script returns that is run from outside the page, whatever its policy."""
        return self.driver.execute_script(script, *arguments)

    def is_too_wide(self):
        return self.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def violations(self, axe):
        """What axe-core (the text of its axe.js) finds against WCAG 2.2 A and AA: the rules, with the elements. That the page does
        not load itself again is left out: see tests/http/test_600_page.py."""
        self.run(axe)
        self.driver.set_script_timeout(300)
        return self.driver.execute_async_script("""
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"], done = arguments[0];
            axe.run(document, {runOnly: tags, resultTypes: ["violations"], rules: {"meta-refresh": {enabled: false}}}).then(
                result => done(result.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" "))),
                error => done(["" + error]));""")

    def pale_texts(self):
        """Texts whose contrast is below that of WCAG AA, 4.5:1."""
        return self.run(PALE_TEXTS)

    def stop(self):
        self.driver.quit()
