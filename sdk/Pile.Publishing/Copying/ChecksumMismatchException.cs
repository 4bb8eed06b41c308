namespace Pile.Publishing.Copying;

/// <summary>The SHA-256 of a file differs from the expected one; caught within this assembly.</summary>
/// <param name="found">The SHA-256 of the file.</param>
internal sealed class ChecksumMismatchException(string found) : Exception($"The file has SHA-256 {found}.")
{
    internal string Found { get; } = found;
}
