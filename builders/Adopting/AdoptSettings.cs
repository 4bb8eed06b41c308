using Pile.Format;
using Pile.Writing;

namespace Pile.Adopting;

/// <summary>How an archive is adopted.</summary>
internal sealed record AdoptSettings
{
    /// <summary>The dataset's name.</summary>
    internal required string Name { get; init; }

    /// <summary>The origin and licence of the data.</summary>
    internal required Provenance Provenance { get; init; }

    /// <summary>Workers, memory, replace and progress.</summary>
    internal WriterSettings Writer { get; init; } = new();

    /// <summary>True to read every piece once and to record its CRC-32C, and the SHA-256 of every file.</summary>
    internal bool ComputesChecksums { get; init; }

    /// <summary>True to skip unreadable units, and to list them; false (the default) to stop at the first.</summary>
    internal bool SkipsBadUnits { get; init; }

    /// <summary>Changes the reasons in <c>skipped.csv</c>, as <c>BuildSettings.ReasonText</c>.</summary>
    internal Func<string, string>? ReasonText { get; init; }

    /// <summary>The folder or address of each address that the dataset refers to, for the file of mounts beside the dataset.</summary>
    internal IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Receives messages for the user, from any thread; null to ignore them.</summary>
    internal Action<string>? OnMessage { get; init; }
}
