namespace Pile.CrossMatch.Matching;

/// <summary>Pairs found: rows of both sides and their separation, in the order they were added.</summary>
internal sealed class PairList
{
    internal List<int> RowA { get; } = [];

    internal List<int> RowB { get; } = [];

    internal List<double> SeparationArcsec { get; } = [];

    internal int Count => RowA.Count;

    internal void Add(int rowA, int rowB, double separationArcsec)
    {
        RowA.Add(rowA);
        RowB.Add(rowB);
        SeparationArcsec.Add(separationArcsec);
    }
}
