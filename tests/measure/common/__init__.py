"""What several measurements take: systems between clients and members, other proxies, tables and files."""
