import {
  to = quay_organization_default_permission.devs
  identity = {
    organization = "acme"
    id           = "aff0604d-4de0-4db1-9eaa-b55021c20504"
  }
}
