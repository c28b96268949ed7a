package quaytest

import "net/http"

// Mailing says whether Quay sends e-mails.
type Mailing int

const (
	// MailingOff is FEATURE_MAILING: false. Quay sends no e-mails and asks for no
	// addresses.
	MailingOff Mailing = iota

	// MailingOn is FEATURE_MAILING: true with a mail server that works. Every
	// new user needs an e-mail address, and isn't verified.
	MailingOn

	// MailServerDown is FEATURE_MAILING: true with a mail server that can't be
	// reached. Quay creates a user and then answers with an error.
	MailServerDown
)

// WithMailing sets whether the registry sends e-mails. The default is
// [MailingOff].
func WithMailing(m Mailing) Option {
	return func(o *options) { o.mailing = m }
}

// checkNewEmail refuses the e-mail address of a new user that Quay couldn't
// write to. The value is that of the request, which may be nil.
func (s *Server) checkNewEmail(email any) error {
	if s.options.mailing == MailingOff {
		return nil
	}
	if text, _ := email.(string); !looksLikeEmail(text) {
		if email == nil {
			email = "None"
		}
		return refused("Invalid email address: %s", email)
	}
	return nil
}

// sendMail sends an e-mail, if the registry sends any.
func (s *Server) sendMail() error {
	if s.options.mailing == MailServerDown {
		return &plainError{
			http.StatusBadRequest,
			"Could not send email. Please contact an administrator and report this problem.",
		}
	}
	return nil
}
