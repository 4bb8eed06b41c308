using System.Collections.Immutable;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Collects what the certificate of one match states.</summary>
internal sealed class MatchTrust
{
    private const int CloudPairs = 100_000;

    private readonly MatchRequest request;
    private readonly MatchWorkspace work;
    private readonly PreparedSide a, b;
    private readonly double radiusArcsec;

    internal MatchTrust(MatchRequest request, MatchWorkspace work, PreparedSide a, PreparedSide b, double radiusArcsec)
    {
        (this.request, this.work, this.a, this.b, this.radiusArcsec) = (request, work, a, b, radiusArcsec);
        Facts = new PairFacts(new OffsetSample(a.Positions, b.Positions, Options.WithDiagnostics ? CloudPairs
            : Options.WithCertificate ? OffsetSample.ManyPairs : OffsetSample.FewPairs),
            Options.WithCertificate ? new SeparationCounts(radiusArcsec) : null,
            Options.WithDiagnostics && request.Self != SelfPairs.Once ? new RowSet(a.RowCount) : null);
    }

    /// <summary>Counts pairs while they are found.</summary>
    internal PairFacts Facts { get; }

    private CrossMatchOptions Options => request.Options;

    /// <summary>Creates the certificate after the match has run.</summary>
    internal MatchCertificate Certify(MatchSummary summary, PairCounts counts, CancellationToken cancellationToken)
    {
        (double[] east, double[] north) = Facts.Offsets.ToArrays(inOrder: Options.WithDiagnostics);
        string? reason = ReasonWithoutChance();
        ChanceLevel? chance = reason is null ? Chance(cancellationToken) : null;
        if (reason is null && chance is null)
            reason = "A has no rows where B has some";
        return new MatchCertificate
        {
            RowsOfJoins = RowsOfJoins(summary),
            MissingA = Missing(a, request.A),
            MissingB = request.IsSelf ? null : Missing(b, request.B),
            PartnersOfA = counts.OfRowsA,
            PartnersOfB = request.IsSelf ? null : counts.OfRowsB,
            Offset = OffsetSummary.Of(east, north),
            Chance = chance,
            Curve = chance is null ? null : RadiusCurve.Of(radiusArcsec, Facts.Separations!.Counts, chance, HasOnePartner),
            ReasonWithoutChance = reason,
            Diagnostics = !Options.WithDiagnostics ? null : new MatchDiagnostics(radiusArcsec, east, north,
                MatchedCells.Of(a.Positions, Facts.MatchedA ?? counts.InPair, a.Selected, Options.Workers),
                request.IsSelf ? null : MatchedCells.Of(b.Positions, counts.InPair, b.Selected, Options.Workers)),
        };
    }

    // One row of A has at most one partner. In a self match, pairs of two rows are counted once.
    private bool HasOnePartner => (Options.Find == MatchFind.OneToOne && !request.IsSelf)
        || (Options.Find == MatchFind.Nearest && Options.Neighbours == 1);

    private string? ReasonWithoutChance() => !Options.WithCertificate ? "not requested"
        : Options.Pairs is not null ? "the pairs are listed"
        : TimeChoice.IsOf(Options.Find) ? "partners are chosen by time"
        : radiusArcsec > ChanceMatch.LargestRadiusArcsec ? "the radius is larger than 1 degree" : null;

    private ChanceLevel? Chance(CancellationToken cancellationToken)
    {
        using PairFilters filters = MatchFilters.Of(request, work, a, b, out _, cancellationToken, isWithEllipses: false);
        return ChanceMatch.Run(a.Positions, b.Positions, a.Selected, filters, ErrorFilters.EllipsesOf(Options, a, b),
            new SkyMatchOptions { RadiusArcsec = radiusArcsec, Workers = Options.Workers },
            Options.Find switch { MatchFind.Nearest => Options.Neighbours, MatchFind.OneToOne => 1, _ => int.MaxValue }, cancellationToken);
    }

    private MissingValues Missing(PreparedSide side, MatchSide source) => new(side.WithoutPosition,
        (source as MovedSide)?.WithoutMotion, (source as MovedSide)?.WithoutEpoch,
        Options.WithProbability ? side.Errors?.Counts.WithoutPositive : side.Errors?.Counts.Missing);

    private ImmutableArray<(string Join, long Rows)> RowsOfJoins(MatchSummary s)
    {
        if (s.Groups is not null)
            return [("inner", s.RowsA - s.AWithoutMatch), ("left", s.RowsA), ("anti", s.AWithoutMatch)];
        if (request.IsSelf)
            return [("inner", s.Pairs), ("left", s.Pairs + s.AWithoutMatch), ("anti", s.AWithoutMatch)];
        return [("inner", s.Pairs), ("left", s.Pairs + s.AWithoutMatch), ("right", s.Pairs + s.BWithoutMatch),
            ("full", s.Pairs + s.AWithoutMatch + s.BWithoutMatch), ("anti", s.AWithoutMatch), ("right-anti", s.BWithoutMatch),
            ("xor", s.AWithoutMatch + s.BWithoutMatch)];
    }
}
