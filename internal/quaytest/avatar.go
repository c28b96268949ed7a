package quaytest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// avatarColors is Quay's palette.
var avatarColors = [...]string{
	"#969696", "#aec7e8", "#ff7f0e", "#ffbb78", "#2ca02c", "#98df8a", "#d62728", "#ff9896",
	"#9467bd", "#c5b0d5", "#8c564b", "#c49c94", "#e377c2", "#f7b6d2", "#7f7f7f", "#c7c7c7",
	"#bcbd22", "#1f77b4", "#17becf", "#9edae5", "#393b79", "#5254a3", "#6b6ecf", "#9c9ede",
	"#9ecae1", "#31a354", "#b5cf6b", "#a1d99b", "#8c6d31", "#ad494a", "#e7ba52", "#a55194",
}

// avatar describes the picture of a user or the like. It depends on the e-mail
// address, or on the name if there is none.
func avatar(name, email, kind string) view {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(cmp.Or(email, name)))))
	return view{
		"name":  name,
		"hash":  hex.EncodeToString(sum[:]),
		"color": avatarColors[int(sum[0])%len(avatarColors)],
		"kind":  kind,
	}
}

// avatar describes the account's picture. As in Quay, whoever shows an
// organization as a namespace calls its kind "org"; it's "user" elsewhere.
func (a *account) avatar() view {
	if a.kind == robot {
		return avatar(a.name, a.email, "robot")
	}
	return avatar(a.name, a.email, "user")
}

func (a *account) organizationAvatar() view { return avatar(a.name, a.email, "org") }

func (t *team) avatar() view { return avatar(t.name, t.name, "team") }
