/**
 * The proofs: programs that search for the race that breaks Stoker instead of hoping that there is
 * none ({@code docs/proof.md}).
 */
package dev.stoker.proof;
