using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Receives what an archive finds while one of its units is read. Not safe for concurrent use.</summary>
internal sealed class ArchiveContext
{
    /// <summary>Adds a file with values; returns its number, to which locations refer.</summary>
    internal required Func<ReferencedFile, int> AddFile { get; init; }

    /// <summary>Receives a fact that the user should know and that does not prevent the adoption: an odd name, a column that is left
    /// out.</summary>
    internal Action<string> OnFinding { get; init; } = static _ => { };

    /// <summary>Receives a row or file that does not become part of the dataset.</summary>
    internal Action<SkippedRow> OnSkip { get; init; } = static _ => { };

    /// <summary>True to read every piece once and to record its CRC-32C, and the SHA-256 of every file.</summary>
    internal bool ComputesChecksums { get; init; }

    /// <summary>Receives the number of bytes that were read or passed over, for progress.</summary>
    internal Action<long> OnBytes { get; init; } = static _ => { };
}
