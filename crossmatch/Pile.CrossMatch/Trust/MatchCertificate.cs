using System.Collections.Immutable;

namespace Pile.CrossMatch;

/// <summary>What is known about how far the result of a match can be trusted.</summary>
internal sealed record MatchCertificate
{
    /// <summary>The version of the JSON document.</summary>
    internal const int FormatVersion = 1;

    /// <summary>The metadata of the result, with the short form of the certificate itself.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>The parameters, hashes and versions of the match, by their names in the metadata without the prefix.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Record =>
        [.. Metadata.Where(IsOfRecord).Select(e => new KeyValuePair<string, string>(NameOf(e), e.Value))];

    /// <summary>The number of rows that the result would have with each join.</summary>
    internal required ImmutableArray<(string Join, long Rows)> RowsOfJoins { get; init; }

    /// <summary>Rows of A without a value.</summary>
    internal required MissingValues MissingA { get; init; }

    /// <summary>Rows of B without a value; null in a self match.</summary>
    internal MissingValues? MissingB { get; init; }

    /// <summary>How many partners rows of A have.</summary>
    internal required Multiplicity PartnersOfA { get; init; }

    /// <summary>How many partners rows of B have; null in a self match.</summary>
    internal Multiplicity? PartnersOfB { get; init; }

    /// <summary>The systematic shift between the sides; null without a pair.</summary>
    internal OffsetSummary? Offset { get; init; }

    /// <summary>The level of chance coincidences; null if it was not measured.</summary>
    internal ChanceLevel? Chance { get; init; }

    /// <summary>Pairs, completeness and contamination by radius; null if the level was not measured.</summary>
    internal RadiusCurve? Curve { get; init; }

    /// <summary>Why the level of chance coincidences is missing; null if it is not.</summary>
    internal string? ReasonWithoutChance { get; init; }

    /// <summary>What the diagnostics page draws; null if it was not requested.</summary>
    internal MatchDiagnostics? Diagnostics { get; init; }

    internal static bool IsOfRecord(KeyValuePair<string, string> entry) =>
        entry.Key is not ("pile.match.certificate" or "pile.match.density");

    internal static string NameOf(KeyValuePair<string, string> entry) => entry.Key["pile.match.".Length..];
}
