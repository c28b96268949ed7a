import {
  to = quay_repository_mirror.nginx
  id = "acme/library/nginx"
}
