/* config_xml.h: plugin-cfg.xml in few words, for the tests of wlmcfg's commands. */
#ifndef CONFIG_XML_H
#define CONFIG_XML_H

#define SERVER(name, more, host) "<Server Name='" name "' " more "><Transport Hostname='" host "' Port='80'/></Server>"
#define CLUSTER(name, more, inside) "<ServerCluster Name='" name "' " more ">" inside "</ServerCluster>"
#define URI(name) "<Uri Name='" name "'/>"
/* to every host */
#define ROUTE(cluster, group, uris) "<UriGroup Name='" group "'>" uris "</UriGroup>" \
    "<Route ServerCluster='" cluster "' UriGroup='" group "'/>"
#define HOST_ROUTE(cluster, host, uri) "<VirtualHostGroup Name='h" host uri "'><VirtualHost Name='" host "'/>" \
    "</VirtualHostGroup><UriGroup Name='u" host uri "'><Uri Name='" uri "'/></UriGroup>" \
    "<Route ServerCluster='" cluster "' UriGroup='u" host uri "' VirtualHostGroup='h" host uri "'/>"

#endif
