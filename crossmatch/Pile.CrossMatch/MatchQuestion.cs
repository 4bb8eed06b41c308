using System.Collections.Immutable;
using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A match as it is asked, checked before anything is read: which columns it needs, and which side may be pruned.</summary>
internal sealed class MatchQuestion
{
    private const double WholeSkyArcsec = 180 * 3600;

    // A reach this wide spares too little to be worth a thought.
    private const double WidestReachArcsec = 20 * 3600;

    // Two blocks of the most pairs that a block has, 16 bytes each.
    private const long LeastMemoryBytes = 2 * 16L * PairBuffer.FullPairs;

    // Light takes 499 s from the Sun to the Earth: that much times of different reference positions differ.
    private const double LightTimeDays = 500.0 / 86_400;

    // UTC and TCB, the pair that differs most: 92 s in 2025, and half a second more each year.
    private const double ScaleSeconds = 100, ScaleDays = ScaleSeconds / 86_400;

    private MatchQuestion(MatchSide a, MatchSide? b, CrossMatchOptions options, SqlExpression? where, SqlExpression? ofA,
        SqlExpression? ofB)
    {
        (A, B, Options, Where) = (a, b ?? a, options, where);
        IsSelf = b is null;
        (string? timeA, string? timeB) = options.TimeWindowDays is null ? default : (TimeOf(A), TimeOf(B));
        (CarriedA, CarriedB) = (A.Resolve(options.ColumnsA), B.Resolve(options.ColumnsB));
        if (IsSelf) // one table holds what either asks for
        {
            NeedsA = NeedsB = new SideNeeds(CarriedA,
                [.. Spoken(A, ofA, isA: true).Concat(Spoken(A, null, isA: false)).Concat(CarriedB).Distinct()],
                ErrorsOf(A, options.ErrorColumnA ?? options.ErrorColumnB, isA: true), timeA);
            return;
        }
        NeedsA = new SideNeeds(CarriedA, [.. Spoken(A, ofA, isA: true)], ErrorsOf(A, options.ErrorColumnA, isA: true), timeA);
        NeedsB = new SideNeeds(CarriedB, [.. Spoken(B, ofB, isA: false)], ErrorsOf(B, options.ErrorColumnB, isA: false), timeB);
    }

    internal MatchSide A { get; }

    internal MatchSide B { get; }

    internal bool IsSelf { get; }

    /// <summary>What two rows are to each other when both sides are one.</summary>
    internal SelfPairs Self => !IsSelf ? SelfPairs.None : Options.Find == MatchFind.Nearest ? SelfPairs.BothWays : SelfPairs.Once;

    internal CrossMatchOptions Options { get; }

    internal SqlExpression? Where { get; }

    /// <summary>Columns of A in the result.</summary>
    internal ImmutableArray<string> CarriedA { get; }

    /// <summary>Columns of B in the result.</summary>
    internal ImmutableArray<string> CarriedB { get; }

    internal SideNeeds NeedsA { get; }

    internal SideNeeds NeedsB { get; }

    internal double? RadiusArcsec => Options.RadiusArcsec;

    /// <summary>True when rows of A that reach no row of B have no place in the result.</summary>
    internal bool MayPruneA => !IsSelf && A.CanBePruned && RadiusArcsec <= WidestReachArcsec
        && Options.Join is MatchJoin.Inner or MatchJoin.Right or MatchJoin.RightAnti;

    /// <summary>The same of B.</summary>
    internal bool MayPruneB => !IsSelf && B.CanBePruned && RadiusArcsec <= WidestReachArcsec
        && Options.Join is MatchJoin.Inner or MatchJoin.Left or MatchJoin.Anti;

    internal static MatchQuestion Of(MatchSide a, MatchSide? b, CrossMatchOptions options, MatchWorkspace work)
    {
        Check(options, isSelf: b is null);
        MatchSide[] sides = b is null ? [a] : [a, b];
        foreach (string sql in sides.SelectMany(s => s.Expressions).Append(options.Where).OfType<string>())
            if (Parse(sql)!.FindVolatile(name =>
                sides.Any(s => s.Columns.Any(c => c.SqlName.Equals(name, StringComparison.OrdinalIgnoreCase)))) is { } changing)
                throw new ArgumentException($"'{sql}': {changing} gives something else each time, but the same input gives the same match. "
                    + "Choose rows by their own columns, such as  hash(object_id) % 10 = 0");
        return new MatchQuestion(a, b, options, Parse(options.Where), Parse(a.Condition), Parse(b?.Condition));

        SqlExpression? Parse(string? sql) => sql is null ? null : work.Do(connection => SqlExpression.ParseCondition(connection, sql));
    }

    /// <summary>The column of a side in which partners are equal; null for none.</summary>
    internal string? GroupOf(bool isA) => isA ? Options.GroupColumn : Options.GroupColumnB ?? Options.GroupColumn;

    /// <summary>Where rows matter, as far as the tiles of the sides tell; null where everything does.</summary>
    internal async Task<(HealpixRanges? A, HealpixRanges? B)> ReachOfTilesAsync(CancellationToken cancellationToken) => (
        MayPruneA && await B.CoverageAsync(cancellationToken).ConfigureAwait(false) is { } ofB
            ? SkyReach.AroundPart(ofB, RadiusArcsec!.Value) : null,
        MayPruneB && await A.CoverageAsync(cancellationToken).ConfigureAwait(false) is { } ofA
            ? SkyReach.AroundPart(ofA, RadiusArcsec!.Value) : null);

    /// <summary>The conditions on pairs beside the radius, in words; empty for none.</summary>
    internal string Conditions => string.Join(", ",
        ((string?[])[Options.Errors != ErrorModel.None ? $"the {Options.Errors.ToString().ToLowerInvariant()} of errors" : null,
        Options.TimeWindowDays is not null ? "the time window" : null,
        Options.GroupColumn is { } group ? $"the group '{group}'{(Options.GroupColumnB is { } ofB ? $" = '{ofB}'" : "")}" : null,
        Where is null ? null : $"'{Where.Text}'"]).OfType<string>());

    private IEnumerable<string> Spoken(MatchSide side, SqlExpression? ofSide, bool isA)
    {
        foreach (string name in ofSide is null ? [] : SideNeeds.SpokenIn(ofSide, side))
            yield return name;
        if (GroupOf(isA) is { } group && !SideNeeds.Own(group))
            yield return side.Require(group).Name;
        foreach (string name in Where is null ? [] : SideNeeds.SpokenIn(Where, side))
            yield return name;
    }

    private ImmutableArray<string> ErrorsOf(MatchSide side, string? named, bool isA)
    {
        if (Options.Errors == ErrorModel.None || (Options.Errors == ErrorModel.Radius && named is null))
            return [];
        if (named is not null)
            return [side.Require(named).Name];
        ImmutableArray<string> found = side.ErrorColumns;
        if (found.IsEmpty)
            throw new ArgumentException($"{side.Name} has no column of position errors that is known by its name. Name one with "
                + $"--radius-column-{(isA ? "a" : "b")}; it has {string.Join(", ", side.Columns.Take(40).Select(c => c.Name))}.");
        Options.OnMessage?.Invoke($"{side.Name}: errors are those of "
            + $"{string.Join(" and ", found)}{(found.Length > 1 ? ": the root of their mean square" : "")}");
        return found;
    }

    private static string TimeOf(MatchSide side) => side.TimeColumn
        ?? throw new ArgumentException(
            $"{side.Name} has no column of times ('mjd'), which a time window needs; it has "
                + $"{string.Join(", ", side.Columns.Take(40).Select(c => c.Name))}.");

    /// <summary>Checks what needs the columns of the sides, without reading rows: all conditions, and the time window.</summary>
    /// <exception cref="ArgumentException">A condition is not valid, or the time window is too short for the sides' times.</exception>
    internal async Task CheckAsync(MatchWorkspace work, CancellationToken cancellationToken)
    {
        if (Where is not null)
            work.Do(connection => { ConditionCheck.Bind(connection, Where, A, NeedsA.Spoken, B, NeedsB.Spoken); return true; });
        foreach ((MatchSide side, SideNeeds needs) in IsSelf ? [(A, NeedsA)] : new[] { (A, NeedsA), (B, NeedsB) })
        {
            if (side.Condition is { } condition)
                work.Do(connection => { ConditionCheck.Bind(connection, condition, side, needs.Spoken); return true; });
            await side.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        CheckTimes();
    }

    private void CheckTimes()
    {
        ((_, string? referenceA), (_, string? referenceB)) = (A.TimeFrame, B.TimeFrame);
        if (Options.TimeWindowDays is { } days && referenceA is not null && referenceB is not null && referenceA != referenceB
            && days < LightTimeDays)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Times of A are of the {referenceA}, those of B of the {referenceB}: light takes up to 500 s between, so a window of "
                    + $"{days:R} days means nothing. Choose {LightTimeDays:0.00000} days or more, or convert the times first."));
        if (Options.TimeWindowDays is { } window && A.TimeFrame.Scale is { } scaleA && B.TimeFrame.Scale is { } scaleB && scaleA != scaleB
            && window < ScaleDays)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Times of A are {scaleA}, those of B {scaleB}. Scales differ by up to {ScaleSeconds} s, so TimeWindowDays must be at "
                    + $"least {ScaleDays:0.00000}; it is {window:R}. Choose a wider window, or convert the times first."));
    }

    /// <summary>Reports times of different scales, which are compared without conversion.</summary>
    internal void ReportTimes()
    {
        if (Options.TimeWindowDays is not null && A.TimeFrame.Scale is { } scaleA && B.TimeFrame.Scale is { } scaleB && scaleA != scaleB)
            Options.OnMessage?.Invoke($"times of A are {scaleA}, those of B {scaleB}: they are compared without conversion; the scales "
                + $"differ by up to {ScaleSeconds} s");
    }

    private static void Check(CrossMatchOptions options, bool isSelf)
    {
        if (options.RadiusArcsec is { } radius ? !(radius is >= 0 and <= WholeSkyArcsec) : options.Errors == ErrorModel.None)
            throw new ArgumentException($"A radius lies between 0 and {WholeSkyArcsec} arcsec (180 degrees), not "
                + $"{options.RadiusArcsec?.ToString(CultureInfo.InvariantCulture) ?? "unsaid"}.", nameof(options));
        if (!(options.MinRadiusArcsec >= 0 && options.MinRadiusArcsec <= (options.RadiusArcsec ?? WholeSkyArcsec)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The least separation lies between 0 and the radius, not at {options.MinRadiusArcsec} arcsec."), nameof(options));
        if (options.Neighbours < 1)
            throw new ArgumentException($"A row has one neighbour at least, not {options.Neighbours}.", nameof(options));
        if (options.Errors == ErrorModel.Sigma && !(options.Sigma > 0 && double.IsFinite(options.Sigma)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Sigma is more than 0, not {options.Sigma}."),
                nameof(options));
        if (options.Errors == ErrorModel.Radius && (options.ErrorColumnA is null) == (options.ErrorColumnB is null))
            throw new ArgumentException("A radius for each row is taken from one side's column. With columns of both sides say how they go "
                + "together: --error-sum, or --sigma K.", nameof(options));
        if (options.Errors == ErrorModel.None && (options.ErrorColumnA ?? options.ErrorColumnB) is { } column)
            throw new ArgumentException($"The column '{column}' of errors is named, but not what to do with it: --error-sum, --sigma K, or "
                + "it alone as the radius.", nameof(options));
        if (isSelf && options.ErrorColumnA is { } ofA && options.ErrorColumnB is { } ofB && ofA != ofB)
            throw new ArgumentException($"A side with itself has one error for each row, not '{ofA}' and '{ofB}'. Name the same column for "
                + "both, or one alone.", nameof(options));
        if (options.TimeWindowDays is { } days && !(days >= 0 && double.IsFinite(days)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A time window is 0 days or more, not {days}."),
                nameof(options));
        if (options.Find == MatchFind.Groups && !isSelf)
            throw new ArgumentException("Groups are of one side with itself: leave out B.", nameof(options));
        if (options.Find == MatchFind.Groups && (!options.ColumnsB.IsEmpty || options.PositionAngle))
            throw new ArgumentException("Groups are rows of A: there is no partner whose "
                + $"{(options.ColumnsB.IsEmpty ? "position angle" : $"column '{options.ColumnsB[0]}'")} could be carried along. Name "
                + $"columns of A: a.{(options.ColumnsB.IsEmpty ? "x" : options.ColumnsB[0])}.", nameof(options));
        if (options.GroupColumnB is not null && options.GroupColumn is null)
            throw new ArgumentException($"The column '{options.GroupColumnB}' of B is named in which partners are equal, but none of A.",
                nameof(options));
        if (isSelf && options.Join is not (MatchJoin.Inner or MatchJoin.Left or MatchJoin.Anti))
            throw new ArgumentException("A side with itself has no second side: join inner, left or anti.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        if (options.MemoryBytes < LeastMemoryBytes)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The match needs more memory than {options.MemoryBytes:N0} bytes: its blocks of pairs take {LeastMemoryBytes / (1 << 20)} "
                    + $"MiB. Give more with --memory."), nameof(options));
    }
}
