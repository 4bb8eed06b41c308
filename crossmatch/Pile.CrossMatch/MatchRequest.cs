using System.Collections.Immutable;
using System.Globalization;
using Pile.CrossMatch.Matching;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A match request, checked before anything is read: the required columns, and the sides that may be pruned.</summary>
internal sealed class MatchRequest
{
    private const double WholeSkyArcsec = 180 * 3600;

    // With a larger radius, pruning saves too little.
    private const double WidestReachArcsec = 20 * 3600;

    // Two blocks with the maximum number of pairs, 16 bytes each.
    private const long MinMemoryBytes = 2 * 16L * PairBuffer.FullPairs;

    private MatchRequest(MatchSide a, MatchSide? b, CrossMatchOptions options, SqlExpression? where, SqlExpression? ofA,
        SqlExpression? ofB)
    {
        (A, B, Options, Where) = (a, b ?? a, options, where);
        IsSelf = b is null;
        Times = options.ComparesTimes ? CommonTimes.Of(A, B, options, IsSelf) : null;
        (SideTime? timeA, SideTime? timeB) = (Times?.A, Times?.B);
        (CarriedA, CarriedB) = (A.Resolve(options.ColumnsA), B.Resolve(options.ColumnsB));
        if (IsSelf) // one side has the columns of both
        {
            NeedsA = NeedsB = new SideNeeds(CarriedA,
                [.. Referenced(A, ofA, isA: true).Concat(Referenced(A, null, isA: false)).Concat(CarriedB).Distinct()],
                ErrorOptions.Of(A, options, isA: true, isSelf: true), timeA);
            return;
        }
        NeedsA = new SideNeeds(CarriedA, [.. Referenced(A, ofA, isA: true)], ErrorOptions.Of(A, options, isA: true, isSelf: false), timeA);
        NeedsB = new SideNeeds(CarriedB, [.. Referenced(B, ofB, isA: false)], ErrorOptions.Of(B, options, isA: false, isSelf: false),
            timeB);
    }

    internal MatchSide A { get; }

    internal MatchSide B { get; }

    internal bool IsSelf { get; }

    /// <summary>How pairs of two rows are counted in a self match.</summary>
    internal SelfPairs Self => !IsSelf ? SelfPairs.None
        : Options.Find == MatchFind.Nearest || TimeChoice.IsOf(Options.Find) || Options.Nest ? SelfPairs.BothWays : SelfPairs.Once;

    internal CrossMatchOptions Options { get; }

    internal SqlExpression? Where { get; }

    /// <summary>Columns of A in the result.</summary>
    internal ImmutableArray<string> CarriedA { get; }

    /// <summary>Columns of B in the result.</summary>
    internal ImmutableArray<string> CarriedB { get; }

    internal SideNeeds NeedsA { get; }

    internal SideNeeds NeedsB { get; }

    /// <summary>The times that are compared; null without a time window.</summary>
    internal CommonTimes? Times { get; }

    /// <summary>The radius of the search; null if it follows from errors that differ between rows. On the earth it is on the sphere of the
    /// index, and contains the radius in metres.</summary>
    internal double? RadiusArcsec => A.Frame.IsEarth ? EarthMatch.SearchRadiusArcsec(A, B, Options)
        : Options.RadiusArcsec ?? (IsSelf ? null : ErrorReach.OfConstants(Options, NeedsA.Errors, NeedsB.Errors));

    /// <summary>The largest distance over which rows of the other side are needed: the radius and, for a certificate, the largest
    /// shift.</summary>
    internal double? ReachArcsec => RadiusArcsec is { } radius && Options.WithCertificate && radius <= ChanceMatch.LargestRadiusArcsec
        ? radius + ShiftedRows.DistancesArcsec(radius).Largest : RadiusArcsec;

    /// <summary>True if rows of A without a possible partner are not in the result, so that they need not be read.</summary>
    internal bool MayPruneA => !IsSelf && !Options.KeepsA && Options.Pairs is null && A.CanBePruned && RadiusArcsec <= WidestReachArcsec
        && Options.Join is MatchJoin.Inner or MatchJoin.Right or MatchJoin.RightAnti;

    /// <summary>True if rows of B without a possible partner are not in the result, so that they need not be read.</summary>
    internal bool MayPruneB => !IsSelf && !Options.KeepsB && Options.Pairs is null && B.CanBePruned && RadiusArcsec <= WidestReachArcsec
        && Options.Join is MatchJoin.Inner or MatchJoin.Left or MatchJoin.Anti
        && !(Options.WithProbability && (Options.Prior is null || Options.MagnitudeColumn is not null)); // the density of B is needed

    internal static async Task<MatchRequest> OfAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, MatchWorkspace work,
        CancellationToken cancellationToken)
    {
        MatchSide[] sides = b is null ? [a] : [a, b];
        options = EarthMatch.Apply(a, b ?? a, options);
        Check(options, isSelf: b is null);
        foreach (MatchSide side in sides)
            foreach (string sql in side.Expressions)
                RequireRepeatable(sql);
        if (options.Where is { } ofPairs)
            RequireRepeatable(ofPairs);
        if (!a.Frame.IsEarth)
            (a, b) = await CommonEpoch.ApplyAsync(a, b, options, cancellationToken).ConfigureAwait(false);
        string? where = options.Where is null ? null : work.Do(connection => WithExactNames(connection,
            CategoryNames.Replace(connection, options.Where, name => FindOfPair(name, a, b ?? a)), a, b ?? a));
        return new MatchRequest(a, b, options, Parse(where), ParseOf(a), b is null ? null : ParseOf(b));

        SqlExpression? ParseOf(MatchSide side) =>
            side.Condition is not { } sql ? null : work.Do(connection => side.ParseCondition(connection, sql));

        void RequireRepeatable(string sql) => Parse(sql)!.RequireRepeatable(
            name => sides.Any(s => s.Columns.Any(c => c.SqlName.Equals(name, StringComparison.OrdinalIgnoreCase))),
            "the same input must give the same match");

        SqlExpression? Parse(string? sql) => sql is null ? null : work.Do(connection => SqlExpression.ParseCondition(connection, sql));
    }

    private static string WithExactNames(DuckDbConnection connection, string where, MatchSide a, MatchSide b) =>
        !a.HasOtherSqlNames && !b.HasOtherSqlNames ? where : ExactNames.Replace(connection, where, name =>
            name == MatchColumns.SeparationName(a.Frame) ? null
            : name.StartsWith("a.", StringComparison.OrdinalIgnoreCase) ? a.SqlNameOf(name[2..])
            : name.StartsWith("b.", StringComparison.OrdinalIgnoreCase) ? b.SqlNameOf(name[2..])
            : a.SqlNameOf(name) ?? b.SqlNameOf(name));

    // A name with its side, or of a column that only one side has.
    private static ColumnSchema? FindOfPair(string name, MatchSide a, MatchSide b)
    {
        foreach ((string side, MatchSide columns) in new[] { ("a.", a), ("b.", b) })
            if (name.StartsWith(side, StringComparison.OrdinalIgnoreCase) && columns.FindBySqlName(name[side.Length..]) is { } found)
                return found;
        return (a.FindBySqlName(name), b.FindBySqlName(name)) switch
        {
            ({ } only, null) => only,
            (null, { } only) => only,
            _ => null,
        };
    }

    /// <summary>True if footprints of A contain positions of B, and not those of B positions of A.</summary>
    internal bool AreasAreA => B.FootprintRadiusDeg is null;

    /// <summary>Returns the column of a side whose values must be equal in a pair; null if there is no such condition.</summary>
    internal string? GroupOf(bool isA) => isA ? Options.GroupColumn : Options.GroupColumnB ?? Options.GroupColumn;

    /// <summary>Returns the parts of the sky in which rows may have partners, derived from the tiles of the sides; null for the whole
    /// sky.</summary>
    internal async Task<(HealpixRanges? A, HealpixRanges? B)> ReachOfTilesAsync(CancellationToken cancellationToken) => (
        MayPruneA && await B.CoverageAsync(cancellationToken).ConfigureAwait(false) is { } ofB
            ? SkyReach.AroundPart(ofB, ReachArcsec!.Value) : null,
        MayPruneB && await A.CoverageAsync(cancellationToken).ConfigureAwait(false) is { } ofA
            ? SkyReach.AroundPart(ofA, ReachArcsec!.Value) : null);

    /// <summary>A description of the conditions on pairs except the radius; empty without conditions.</summary>
    internal string Conditions => string.Join(", ",
        ((string?[])[Options.Errors != ErrorModel.None ? $"the {Options.Errors.ToString().ToLowerInvariant()} of errors" : null,
        Options.TimeWindowDays is not null ? "the time window" : null,
        Options.InFootprint || Options.FootprintsOverlap ? "the footprints" : null,
        Options.GroupColumn is { } group ? $"the group '{group}'{(Options.GroupColumnB is { } ofB ? $" = '{ofB}'" : "")}" : null,
        Where is null ? null : $"'{Where.Text}'"]).OfType<string>());

    private IEnumerable<string> Referenced(MatchSide side, SqlExpression? ofSide, bool isA)
    {
        if (Options.FootprintsOverlap || (Options.InFootprint && (isA == AreasAreA || IsSelf)))
            yield return FootprintFilter.Column;
        foreach (string name in ofSide is null ? [] : SideNeeds.ReferencedIn(ofSide, side))
            yield return name;
        if (GroupOf(isA) is { } group && !side.IsOwn(group))
            yield return side.Require(group).Name;
        if (!isA && Options.MagnitudeColumn is { } magnitude)
            yield return side.Require(magnitude).Name;
        foreach (string name in Where is null ? [] : SideNeeds.ReferencedIn(Where, side))
            yield return name;
    }


    /// <summary>Checks all conditions and the time window against the columns of the sides, without reading rows.</summary>
    /// <exception cref="ArgumentException">A condition is not valid, or the time window is too short for the sides' times.</exception>
    internal async Task CheckAsync(MatchWorkspace work, CancellationToken cancellationToken)
    {
        RequireSameGroup();
        if (Where is not null && MatchColumns.AfterConditions(Options).FirstOrDefault(Where.BareNames.Contains) is { } later)
            throw new ArgumentException($"'{Where.Text}': '{later}' of a pair is computed after the conditions. Select by it in the "
                + $"result; a column of a side is a.{later} or b.{later}.");
        if (Where is not null)
            work.Do(connection => { ConditionCheck.Bind(connection, Where, A, NeedsA.Referenced, B, NeedsB.Referenced); return true; });
        foreach ((MatchSide side, SideNeeds needs) in IsSelf ? [(A, NeedsA)] : new[] { (A, NeedsA), (B, NeedsB) })
        {
            if (side.Condition is { } condition)
                work.Do(connection => { ConditionCheck.Bind(connection, condition, side, needs.Referenced); return true; });
            await side.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        if (!IsSelf)
            Times?.RequireWindow(Options.TimeWindowDays);
        NestedRows.Check(this);
    }

    // DuckDB would read the text as numbers, and fail at the first other text. Tables without rows have text only.
    private void RequireSameGroup()
    {
        if (GroupOf(isA: true) is not { } nameA || GroupOf(isA: false) is not { } nameB || A.RowsAtMost == 0 || B.RowsAtMost == 0
            || A.IsOwn(nameA) || B.IsOwn(nameB))
            return;
        ColumnSchema a = A.Require(nameA), b = B.Require(nameB);
        if (!a.Categories.IsEmpty && !b.Categories.IsEmpty && !CategoryNames.AreSame(a, b) && !(IsSelf && nameA == nameB))
            throw new ArgumentException($"The columns of CrossMatchOptions.GroupColumn are codes with other names: '{nameA}' of {A.Name}, "
                + $"'{nameB}' of {B.Name}. Compare the names in CrossMatchOptions.Where instead: a.{DuckDbSql.Identifier(a.SqlName)} = "
                + $"b.{DuckDbSql.Identifier(b.SqlName)}.");
        if ((a.DType is DType.String) == (b.DType is DType.String))
            return;
        string castA = Cast("a", a), castB = Cast("b", b);
        throw new ArgumentException($"The columns of CrossMatchOptions.GroupColumn have different types: '{nameA}' of {A.Name} "
            + $"{TypeOf(a)}, '{nameB}' of {B.Name} {TypeOf(b)}. "
            + $"Convert one of them in CrossMatchOptions.Where instead: {castA} = {castB}.");

        static string TypeOf(ColumnSchema column) => column.DType is DType.String ? "has text" : $"is {column.DType.Name()}";

        static string Cast(string side, ColumnSchema column) => $"{side}.{DuckDbSql.Identifier(column.SqlName)}" is var name
            && column.DType is DType.String ? name : $"CAST({name} AS VARCHAR)";
    }

    /// <summary>Reports the columns that the result does not have, and how times are compared, if it is not obvious.</summary>
    internal void Report()
    {
        if (Options.OnMessage is not { } report)
            return;
        if (A.LeftOutOf(Options.ColumnsA) is { } ofA)
            report(ofA);
        if (B.LeftOutOf(Options.ColumnsB) is { } ofB && !(IsSelf && Options.ColumnsA.Contains("*")))
            report(ofB);
        Times?.Report(report);
    }

    private static void RequireNamed<T>(CrossMatchOptions options, string name, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentException($"CrossMatchOptions.{name} must be one of {string.Join(", ", Enum.GetNames<T>())}; "
                + $"it is {value}.", nameof(options));
    }

    private static void Check(CrossMatchOptions options, bool isSelf)
    {
        RequireNamed(options, nameof(options.Find), options.Find);
        RequireNamed(options, nameof(options.Join), options.Join);
        RequireNamed(options, nameof(options.Errors), options.Errors);
        if (options.RadiusArcsec is { } radius ? !(radius is >= 0 and <= WholeSkyArcsec) : options is
            {
                Errors: ErrorModel.None,
                Pairs: null
            })
            throw new ArgumentException($"CrossMatchOptions.RadiusArcsec must be in [0, {WholeSkyArcsec}]; it is "
                + $"{options.RadiusArcsec?.ToString(CultureInfo.InvariantCulture) ?? "null"}.", nameof(options));
        if (!(options.MinRadiusArcsec >= 0 && options.MinRadiusArcsec <= (options.RadiusArcsec ?? WholeSkyArcsec)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.MinRadiusArcsec must be between 0 and the radius; it is {options.MinRadiusArcsec}."), nameof(options));
        if (options.Neighbours < 1)
            throw new ArgumentException($"CrossMatchOptions.Neighbours must be at least 1; it is {options.Neighbours}.", nameof(options));
        if (options.Neighbours > 1 && options.Find != MatchFind.Nearest)
            throw new ArgumentException($"CrossMatchOptions.Neighbours is {options.Neighbours}, but CrossMatchOptions.Find is "
                + $"{options.Find}, which does not use it. Set MatchFind.Nearest.", nameof(options));
        ErrorOptions.Check(options, isSelf);
        if (options.TimeWindowDays is { } days && !(days >= 0 && double.IsFinite(days)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.TimeWindowDays must be at least 0; it is {days}."),
                nameof(options));
        if (!options.ComparesTimes && !(options.TimeColumnsA.IsEmpty && options.TimeColumnsB.IsEmpty && (options.TimeScaleA
            ?? options.TimeScaleB ?? options.TimeReferenceA ?? options.TimeReferenceB) is null))
            throw new ArgumentException("Columns, scales and reference positions of times require CrossMatchOptions.TimeWindowDays, or a "
                + "choice by time.",
                nameof(options));
        if (options.Find == MatchFind.Groups && !isSelf)
            throw new ArgumentException("MatchFind.Groups requires a self match. Remove B.", nameof(options));
        if (options.Find == MatchFind.Groups && (!options.ColumnsB.IsEmpty || options.PositionAngle))
            throw new ArgumentException("MatchFind.Groups returns rows of A without partners, so the result cannot have "
                + $"{(options.ColumnsB.IsEmpty ? "a position angle" : $"the column '{options.ColumnsB[0]}' of B")}. Select only "
                + "columns of A.", nameof(options));
        NestedRows.Check(options, isSelf);
        ListedPairs.Check(options, isSelf);
        if (!options.ColumnsOfFurther.IsDefaultOrEmpty || options.LongLayout)
            throw new ArgumentException("CrossMatchOptions.ColumnsOfFurther and CrossMatchOptions.LongLayout are for matches of several "
                + "sides.", nameof(options));
        if (options.GroupColumnB is not null && options.GroupColumn is null)
            throw new ArgumentException($"CrossMatchOptions.GroupColumnB is '{options.GroupColumnB}', but CrossMatchOptions.GroupColumn is "
                + "null. Set both.",
                nameof(options));
        MatchProbability.Check(options, isSelf);
        if (isSelf && options.Join is not (MatchJoin.Inner or MatchJoin.Left or MatchJoin.Anti))
            throw new ArgumentException("CrossMatchOptions.Join must be inner, left or anti in a self match; it is "
                + $"{MatchWords.Of(options.Join)}.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        if (options.MemoryBytes < MinMemoryBytes)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.MemoryBytes must be at least {MinMemoryBytes}, the size of two blocks of pairs; it is "
                    + $"{options.MemoryBytes}."), nameof(options));
    }
}
