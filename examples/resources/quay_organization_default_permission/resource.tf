# The team devs may push to each new repository of the organization acme.
resource "quay_organization_default_permission" "devs" {
  organization  = "acme"
  delegate_team = "devs"
  role          = "write"
}

# The robot account acme+ci may pull from each repository that alice creates.
resource "quay_organization_default_permission" "ci" {
  organization   = "acme"
  delegate_robot = "acme+ci"
  role           = "read"
  creator        = "alice"
}
