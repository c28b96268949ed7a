import {
  to = quay_repository_permissions.app
  identity = {
    repository = "acme/app"
  }
}
