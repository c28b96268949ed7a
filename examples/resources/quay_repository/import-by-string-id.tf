import {
  to = quay_repository.frontend
  id = "acme/team/frontend"
}
