import {
  to = quay_repository_mirror.nginx
  identity = {
    repository = "acme/library/nginx"
  }
}
