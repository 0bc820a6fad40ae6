/** What a model's own files say of it: how large it is, and how it is made. */
@NullMarked
package dev.stoker.infrastructure.model;

import org.jspecify.annotations.NullMarked;
