using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Lists the stages of a match before it runs.</summary>
internal sealed class MatchStages
{
    // Bytes per row of a loaded side (pixel twice, positions, row and sorted row), per kept pair, and per row of a one-to-one choice.
    private const int ReadRowBytes = 52, PairBytes = 16, LongerRowBytes = 12, ShorterRowBytes = 4;

    private readonly MatchRequest request;
    private readonly List<MatchStage> stages = [];

    private MatchStages(MatchRequest request) => this.request = request;

    private CrossMatchOptions Options => request.Options;

    /// <summary>Returns the stages.</summary>
    /// <param name="request">The match.</param>
    /// <param name="a">The parts of A that are read.</param>
    /// <param name="b">The parts of B that are read.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<List<MatchStage>> ListAsync(MatchRequest request, SidePlan a, SidePlan b,
        CancellationToken cancellationToken)
    {
        MatchStages list = new(request);
        (MatchSide, SideNeeds, SidePlan, string)[] sides = [(request.A, request.NeedsA, a, "A"), (request.B, request.NeedsB, b, "B")];
        if (request.IsSelf)
            sides = sides[..1];
        foreach ((MatchSide side, SideNeeds needs, SidePlan plan, string letter) in sides)
            await list.AddSideAsync(side, needs, plan, letter, cancellationToken).ConfigureAwait(false);
        list.AddPairs(request.A.RowsAtMost, request.B.RowsAtMost);
        return list.stages;
    }

    private async Task AddSideAsync(MatchSide side, SideNeeds needs, SidePlan plan, string letter, CancellationToken cancellationToken)
    {
        long? rows = side.RowsAtMost;
        long rowBytes = (needs.Errors?.RowBytes ?? 0) + ((needs.Time?.Names.Count() ?? 0) * sizeof(double));
        foreach (string name in needs.All)
            if (side.Require(name) is { IsScalar: true, DType: not DType.String } column)
                rowBytes += column.DType.ElementBytes();
        if (side is not DatasetSide { Dataset: var dataset } ofDataset
            || await PositionsFile.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is not { } file)
        {
            rows = plan.Rows ?? rows;
            stages.Add(new MatchStage($"read {(side is TableSide ? "the table" : "ids and positions of")} {letter}{With(needs)}, sort it "
                + "by position",
                rows, plan.Bytes, rows * (ReadRowBytes + (2 * rowBytes))));
            return;
        }
        rows = dataset.Manifest.Rows;
        stages.Add(new MatchStage($"{(dataset.Store.Traits.IsLocal ? "map" : "fetch and map")} the positions of {letter}", rows,
            file.Bytes, 0));
        if (ofDataset.Query.IsNarrowed)
            stages.Add(new MatchStage($"find the rows of {letter} that meet the query", rows,
                needs.All.IsEmpty ? plan.Bytes : 0, rows / 8));
        if (!needs.All.IsEmpty)
            stages.Add(new MatchStage($"read columns of {letter}{With(needs)}", plan.Rows, plan.Bytes, rows * rowBytes));
    }

    private void AddPairs(long? rowsA, long? rowsB)
    {
        string radius = request.RadiusArcsec is { } arcsec ? string.Create(CultureInfo.InvariantCulture, $"{arcsec:R} arcsec")
            : "the radius of the largest errors";
        stages.Add(new MatchStage($"find pairs within {radius} by {Options.Matcher?.GetType().Name ?? "merging sorted HEALPix cells"}",
            rowsA, 0, 0));
        (SideTime?, string)[] times = [(request.NeedsA.Time, "A"), (request.IsSelf ? null : request.NeedsB.Time, "B")];
        foreach ((SideTime? time, string letter) in times)
            if (time is { HasEpochs: true })
                stages.Add(new MatchStage($"read the epochs '{time.Start.Name}' of rows of {letter} in these pairs"
                    + (time.IsHeavy ? ", from the shards" : ""), null, 0, null));
        if (request.Conditions is { Length: > 0 } conditions)
            stages.Add(new MatchStage($"keep pairs that meet {conditions}", null, 0, 0));
        long? longer = rowsA is { } a && rowsB is { } b ? Math.Max(a, b) : null, shorter = rowsA + rowsB - longer;
        long? kept = Options.Find == MatchFind.OneToOne
            ? (longer * LongerRowBytes) + (request.IsSelf ? longer : shorter * ShorterRowBytes) : 0;
        stages.Add(new MatchStage($"find {MatchWords.Of(Options.Find, Options.Neighbours)}", null, 0, kept));
        stages.Add(new MatchStage($"join {MatchWords.Of(Options.Join)}", null, 0, 0));
        stages.Add(new MatchStage($"write the rows: while they are found for Parquet, otherwise after all are found ({PairBytes} bytes "
            + "each)",
            null, 0, null));
    }

    private static string With(SideNeeds needs) => needs.All.IsEmpty ? ""
        : $": {string.Join(", ", needs.All.Take(12))}{(needs.All.Length > 12 ? " …" : "")}";
}
