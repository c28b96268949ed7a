import {
  to = quay_repo_user_permission.ci
  identity = {
    repository = "acme/team/app"
    username   = "acme+ci"
  }
}
