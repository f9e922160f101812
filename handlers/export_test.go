package handlers

import "context"

// DropEnded is what Run does once a minute.
func (s *Site) DropEnded(ctx context.Context) { s.dropEnded(ctx) }
