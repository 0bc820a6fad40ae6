/** Models: the Hub, its cache on this machine, and what a model's own files say of it. */
@NullMarked
package dev.stoker.infrastructure.model;

import org.jspecify.annotations.NullMarked;
