import {
  to = quay_repo_user_permission.ci
  id = "acme/team/app:acme+ci"
}
