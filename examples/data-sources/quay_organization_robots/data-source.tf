data "quay_organization_robots" "acme" {
  organization = "acme"
}

# Robots that may be left over: they belong to no team and have no permission.
output "unused_robots" {
  value = [for r in data.quay_organization_robots.acme.robots : r.username if length(r.teams) + length(r.repositories) == 0]
}
