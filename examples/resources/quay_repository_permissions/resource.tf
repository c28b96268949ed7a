# Terraform removes the role of everybody who is not listed here.
resource "quay_repository_permissions" "app" {
  repository = "acme/app"

  users = {
    admin = "admin" # the user of the provider's token, who created the repository
    alice = "write"
  }
  robots = {
    "acme+ci" = "write"
  }
  teams = {
    devs = "read"
  }
}

# Terraform neither shows nor changes the roles of the holders in ignore.
resource "quay_repository_permissions" "nested" {
  repository = "acme/team/app"

  teams = {
    owners = "admin"
  }
  ignore = ["admin", "acme+ci", "team:devs"]
}
