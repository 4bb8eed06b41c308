using System.Numerics;
using Pile.CrossMatch.Plain;
using Pile.DuckDb;

namespace Pile.CrossMatch;

/// <summary>Creates the conditions of a match: those on numbers as tests of arrays, the others as SQL.</summary>
internal static class MatchFilters
{
    /// <summary>Returns the conditions on pairs of two prepared sides.</summary>
    /// <param name="request">The match.</param>
    /// <param name="work">The workspace of DuckDB.</param>
    /// <param name="a">One side, whose columns are read.</param>
    /// <param name="b">The other side.</param>
    /// <param name="isEitherWay">True if a pair may meet the conditions in one order, and not in the other.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <param name="isWithTimes">False to leave out the time window, before epochs are read.</param>
    /// <param name="isWithEllipses">False to leave out errors that are not circular, which depend on the position of a pair.</param>
    internal static PairFilters Of(MatchRequest request, MatchWorkspace work, PreparedSide a, PreparedSide b, out bool isEitherWay,
        CancellationToken cancellationToken, bool isWithTimes = true, bool isWithEllipses = true)
    {
        CrossMatchOptions options = request.Options;
        (string? groupA, string? groupB) = (request.GroupOf(isA: true), request.GroupOf(isA: false));
        isEitherWay = options.Errors == ErrorModel.Radius || groupA != groupB || request.Where is not null
            || options.InFootprint;
        PairFilters filters = new();
        if (a.Selected is not null || b.Selected is not null)
            filters.Add(new SelectedRows(a.Selected?.Bits, b.Selected?.Bits));
        if (request.Self == SelfPairs.BothWays || (request.Self == SelfPairs.Once && isEitherWay))
            filters.Add(new TwoRows());
        else if (request.Self == SelfPairs.Once)
            filters.Add(new FirstRowIsA());
        if (options.MinRadiusArcsec > 0)
            filters.Add(new MinSeparation(options.MinRadiusArcsec));
        if (isWithEllipses || ErrorFilters.EllipsesOf(options, a, b) is null)
            ErrorFilters.Add(filters, options, a, b);
        if (isWithTimes && options.TimeWindowDays is { } days)
            AddTimes(filters, request, days, a, b);
        if (options.FootprintsOverlap)
            filters.Add(FootprintFilter.Overlapping(a, b));
        else if (options.InFootprint)
            filters.Add(FootprintFilter.Containing(request.AreasAreA ? a : b, request.AreasAreA ? b : a, request.AreasAreA));
        if (groupA is not null && groupB is not null)
            AddGroup(filters, request, work, a, groupA, b, groupB, cancellationToken);
        if (request.Where is { } where && !TryAddComparisons(filters, where.Text, a, b))
            AddSql(filters, where, request, work, a, b, cancellationToken);
        return filters;
    }

    private static void AddTimes(PairFilters filters, MatchRequest request, double days, PreparedSide a, PreparedSide b)
    {
        if (request.Times!.AreInstants)
            filters.Add(new WithinDays(days, a.Mjd, b.Mjd));
        else
            filters.Add(new WithinGap(days, new PairTimes(a, b, request.Options.Find)));
    }

    private static void AddGroup(PairFilters filters, MatchRequest request, MatchWorkspace work, PreparedSide a, string groupA,
        PreparedSide b, string groupB, CancellationToken cancellationToken)
    {
        if (!request.A.IsOwn(groupA) && !request.B.IsOwn(groupB) && a.Numbers(groupA) is { IsMissing: null } valuesA
            && b.Numbers(groupB) is { IsMissing: null } valuesB && (TryAddEqual<double>(filters, valuesA, valuesB)
            || TryAddEqual<float>(filters, valuesA, valuesB) || TryAddEqual<long>(filters, valuesA, valuesB)
            || TryAddEqual<int>(filters, valuesA, valuesB) || TryAddEqual<short>(filters, valuesA, valuesB)
            || TryAddEqual<byte>(filters, valuesA, valuesB)))
            return;
        string nameA = request.A.IsOwn(groupA) ? groupA : request.A.Require(groupA).SqlName, nameB = request.B.IsOwn(groupB) ? groupB
            : request.B.Require(groupB).SqlName;
        SqlExpression equal = work.Do(connection => SqlExpression.ParseCondition(connection,
            $"a.{DuckDbSql.Identifier(nameA)} = b.{DuckDbSql.Identifier(nameB)}"));
        AddSql(filters, equal, request, work, a, b, cancellationToken);
    }

    private static bool TryAddEqual<T>(PairFilters filters, NumberValues a, NumberValues b)
        where T : unmanaged, IEqualityOperators<T, T, bool>
    {
        if (a.Rows<T>() is not { } rowsA || b.Rows<T>() is not { } rowsB)
            return false;
        filters.Add(new EqualNumbers<T>(rowsA, rowsB));
        return true;
    }

    private static bool TryAddComparisons(PairFilters filters, string text, PreparedSide a, PreparedSide b)
    {
        if (Comparison.TryParse(text, name => ColumnOf(name) is not null, !a.Side.Frame.IsEarth) is not { } comparisons)
            return false;
        foreach (Comparison comparison in comparisons)
            filters.Add(new Compared(ValueOf(comparison.Left), comparison.Sign, comparison.LeftOther is { } other ? ValueOf(other)
                : default, comparison.Operator, comparison.Limit));
        return true;

        PairValue ValueOf(string name) => name == "separation_arcsec" ? default : name.StartsWith("a.", StringComparison.Ordinal)
            ? new(ColumnOf(name), null) : new(null, ColumnOf(name));

        RowArray<double>? ColumnOf(string name)
        {
            PreparedSide? side = name.StartsWith("a.", StringComparison.Ordinal) ? a
                : name.StartsWith("b.", StringComparison.Ordinal) ? b : null;
            return side?.Side.Columns.FirstOrDefault(c => c.SqlName == name[2..] && !side.Side.IsOwn(c.SqlName)) is { } column
                ? side.Numbers(column.Name)?.Rows<double>() : null;
        }
    }

    private static void AddSql(PairFilters filters, SqlExpression where, MatchRequest request, MatchWorkspace work, PreparedSide a,
        PreparedSide b, CancellationToken cancellationToken)
    {
        SqlPairFilter filter = new(work, where, request.A, request.B, ColumnsOf(a, request.NeedsA, ResultPart.A),
            ColumnsOf(b, request.NeedsB, ResultPart.B), cancellationToken);
        filters.Add(filter.Apply, filter);

        IEnumerable<ResultColumn> ColumnsOf(PreparedSide side, SideNeeds needs, ResultPart part)
        {
            // The same columns and names as in the work table of a loaded side.
            string[] names = SideNeeds.SqlNames(side.Side.Frame, needs.All.Select(side.Schema));
            foreach ((PositionColumn column, string name) in new[] { (PositionColumn.Id, "object_id"),
                (PositionColumn.Ra, side.Side.Frame.Lon), (PositionColumn.Dec, side.Side.Frame.Lat) })
                if (where.Names.Contains(name))
                    yield return side.Own(column, side.OwnSchema(column) with { Name = name }, part);
            for (int i = 0; i < names.Length; i++)
                if (where.Names.Contains(side.Schema(needs.All[i]).SqlName))
                    yield return side.Stored(needs.All[i],
                        side.Schema(needs.All[i]) with { Name = names[i] == $"_pile_{SideNeeds.RowId}" ? SideNeeds.RowId : names[i] },
                        part);
        }
    }
}
