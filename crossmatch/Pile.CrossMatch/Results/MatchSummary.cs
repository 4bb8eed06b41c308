using System.Collections.Immutable;
using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>The counts of a match.</summary>
/// <param name="Rows">The number of rows of the result: pairs, rows without a partner, or rows of groups.</param>
/// <param name="Pairs">The number of pairs.</param>
/// <param name="RowsA">The number of rows of A.</param>
/// <param name="RowsB">The number of rows of B; those of A in a self match.</param>
/// <param name="AWithoutMatch">The number of rows of A in no pair, including those without a position.</param>
/// <param name="BWithoutMatch">The number of rows of B in no pair, including those without a position.</param>
/// <param name="WithoutPosition">The number of rows of both sides that were read and have no position.</param>
/// <param name="Groups">The number of groups with <see cref="MatchFind.Groups"/>; otherwise null.</param>
public sealed record MatchSummary(long Rows, long Pairs, long RowsA, long RowsB, long AWithoutMatch, long BWithoutMatch,
    long WithoutPosition, long? Groups = null)
{
    /// <summary>With a time window, the number of rows of both sides that were read, have a position and have no time; of light curves only
    /// those near a row of the other side are read.</summary>
    public long WithoutTime { get; init; }

    /// <summary>The parts of the sides that were read, for comparison with the plan of <see cref="CrossMatcher.ExplainAsync"/>; null
    /// without a plan.</summary>
    internal MatchPlan? Actual { get; init; }

    /// <summary>The counts of each side after A in a match of several sides; empty otherwise.</summary>
    internal ImmutableArray<SideCounts> Sides { get; init; } = [];

    /// <summary>The errors that were used; null without an error model.</summary>
    internal MatchErrors? Errors { get; init; }

    /// <summary>What is known about how far the result can be trusted.</summary>
    internal MatchCertificate? Certificate { get; init; }

    /// <summary>The certificate of the match as JSON, as in <c>format-spec/certificate.schema.json</c>. Without
    /// <see cref="CrossMatchOptions.WithCertificate"/> it has no chance level; empty for a summary that is not of a match.</summary>
    public string CertificateJson => Certificate is null ? "" : CrossMatch.CertificateJson.Full(Certificate);

    /// <summary>Compares the counts, but not the steps of the match and the certificate.</summary>
    public bool Equals(MatchSummary? other) => other is not null && Numbers == other.Numbers;

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    /// <summary>Returns the counts, without the certificate.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"MatchSummary {{ Rows = {Rows}, Pairs = {Pairs}, "
        + $"RowsA = {RowsA}, RowsB = {RowsB}, AWithoutMatch = {AWithoutMatch}, BWithoutMatch = {BWithoutMatch}, WithoutPosition = "
        + $"{WithoutPosition}, Groups = {Groups}, WithoutTime = {WithoutTime} }}");

    private (long, long, long, long, long, long, long, long?) Numbers =>
        (Rows, Pairs, RowsA, RowsB, AWithoutMatch, BWithoutMatch, WithoutPosition, Groups);
}
