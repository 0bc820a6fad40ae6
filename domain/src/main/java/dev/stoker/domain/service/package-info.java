/** The life of one service: states, events, effects and the pure machine that joins them. */
@NullMarked
package dev.stoker.domain.service;

import org.jspecify.annotations.NullMarked;
