using System.Collections.Immutable;
using Pile.CrossMatch.Plain;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The columns of a result of several sides.</summary>
internal sealed class ManyColumns
{
    private readonly List<ResultColumn> columns = [];
    private readonly List<int> sides = [];

    /// <summary>The columns.</summary>
    internal ImmutableArray<ResultColumn> All => [.. columns];

    /// <summary>The index of the side to whose rows each column belongs.</summary>
    internal int[] SideOf => [.. sides];

    /// <summary>Returns the letter of a side.</summary>
    internal static char Letter(int side) => (char)('a' + side);

    /// <summary>Creates the columns of combinations. Sides are counted from B, because a row of A is in all of them.</summary>
    /// <param name="a">Side A.</param>
    /// <param name="carriedA">The additional columns of A.</param>
    /// <param name="others">The other sides.</param>
    /// <param name="carried">Their additional columns.</param>
    /// <param name="options">The options.</param>
    internal static ManyColumns OfCombinations(PreparedSide a, ImmutableArray<string> carriedA, PreparedSide[] others,
        ImmutableArray<string>[] carried, CrossMatchOptions options)
    {
        bool mayLack = options.Join == MatchJoin.Left;
        ManyColumns all = new();
        all.Add(0, ResultColumns.Own(a, PositionColumn.Id, ResultPart.A, "a_object_id", mayBeMissing: false));
        for (int i = 0; i < others.Length; i++)
            all.Add(i, ResultColumns.Own(others[i], PositionColumn.Id, ResultPart.B, $"{Letter(i + 1)}_object_id", mayLack));
        for (int i = 0; i < others.Length; i++)
            all.Add(i, new SeparationColumn(MatchColumns.Separation(mayLack) with { Name = $"a{Letter(i + 1)}_separation_arcsec" }));
        all.AddPosition(0, a, ResultPart.A, 'a', mayBeMissing: false);
        for (int i = 0; i < others.Length; i++)
            all.AddPosition(i, others[i], ResultPart.B, Letter(i + 1), mayLack);
        for (int i = 0; i < others.Length && options.ComparesTimes; i++)
            all.Add(i, new TimeDifferenceColumn(MatchColumns.TimeDifference(mayLack) with { Name = $"a{Letter(i + 1)}_dt_days" }, a.Mjd,
                others[i].Mjd));
        for (int i = 0; i < others.Length && options.PositionAngle; i++)
            all.Add(i, new PositionAngleColumn(MatchColumns.PositionAngle(mayLack) with { Name = $"a{Letter(i + 1)}_position_angle_deg" },
                a.Positions, others[i].Positions));
        all.Carry(0, a, carriedA, 'a', ResultPart.A, mayBeMissing: false, options.OnMessage);
        for (int i = 0; i < others.Length; i++)
            all.Carry(i, others[i], carried[i], Letter(i + 1), ResultPart.B, mayLack, options.OnMessage);
        return all;
    }

    /// <summary>Creates the columns of groups, one row each. The row of A is the number of the group, that of B the member of the
    /// side.</summary>
    /// <param name="all">The sides.</param>
    /// <param name="carried">Their additional columns.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="report">Receives a message about renamed columns.</param>
    internal static ManyColumns OfGroups(PreparedSide[] all, ImmutableArray<string>[] carried, MemberGroups groups, Action<string>? report)
    {
        ManyColumns wide = new();
        wide.Add(0, new GroupColumn(MatchColumns.GroupId(false), group => group + 1));
        wide.Add(0, new GroupColumn(MatchColumns.GroupSize(false), groups.SizeOf));
        for (int i = 0; i < all.Length; i++)
        {
            int side = i;
            wide.Add(i, new CountColumn(new ColumnSchema
            {
                Name = $"{Letter(i)}_count",
                DType = DType.Int32,
                Unit = "",
                Description = $"rows of {char.ToUpperInvariant(Letter(i))} in the group",
            }, group => groups.CountOf(side, group)));
        }
        for (int i = 0; i < all.Length; i++)
            wide.Add(i, ResultColumns.Own(all[i], PositionColumn.Id, ResultPart.B, $"{Letter(i)}_object_id", mayBeMissing: true));
        for (int i = 0; i < all.Length; i++)
            wide.AddPosition(i, all[i], ResultPart.B, Letter(i), mayBeMissing: true);
        for (int i = 0; i < all.Length; i++)
            wide.Carry(i, all[i], carried[i], Letter(i), ResultPart.B, mayBeMissing: true, report);
        return wide;
    }

    private void AddPosition(int side, PreparedSide of, ResultPart part, char letter, bool mayBeMissing)
    {
        Add(side, ResultColumns.Own(of, PositionColumn.Ra, part, $"{letter}_ra", mayBeMissing));
        Add(side, ResultColumns.Own(of, PositionColumn.Dec, part, $"{letter}_dec", mayBeMissing));
    }

    private void Carry(int side, PreparedSide of, ImmutableArray<string> names, char letter, ResultPart part, bool mayBeMissing,
        Action<string>? report)
    {
        ResultColumns.Carry(columns, of, names, letter.ToString(), part, mayBeMissing, report);
        while (sides.Count < columns.Count)
            sides.Add(side);
    }

    private void Add(int side, ResultColumn column)
    {
        columns.Add(column);
        sides.Add(side);
    }
}
