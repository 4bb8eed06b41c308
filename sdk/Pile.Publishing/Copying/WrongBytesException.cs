namespace Pile.Publishing.Copying;

/// <summary>A file does not have the SHA-256 that it should have; never leaves the room.</summary>
/// <param name="found">What it has.</param>
internal sealed class WrongBytesException(string found) : Exception($"The file has SHA-256 {found}.")
{
    internal string Found { get; } = found;
}
