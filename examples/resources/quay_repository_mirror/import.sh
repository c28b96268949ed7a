terraform import quay_repository_mirror.nginx 'acme/library/nginx'
