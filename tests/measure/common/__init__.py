"""What several measurements share: systems between clients and members, other proxies, output, limits."""
