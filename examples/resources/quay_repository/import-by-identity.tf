import {
  to = quay_repository.frontend
  identity = {
    namespace = "acme"
    name      = "team/frontend"
  }
}
