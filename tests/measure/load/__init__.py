"""What members of different speed, errors and overload cost the clients, by policy and with other proxies."""
