import {
  to = quay_repository_permissions.app
  id = "acme/app"
}
