terraform import quay_repository.frontend 'acme/team/frontend'
