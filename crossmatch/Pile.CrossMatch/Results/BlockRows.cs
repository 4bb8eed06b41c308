using Pile.CrossMatch.Matching;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>Some rows of a result: rows of A and B, -1 where there is none, and for each part of it the rows that have it.</summary>
internal sealed class BlockRows
{
    private readonly ReadOnlyMemory<int> rowA, rowB;
    private readonly ReadOnlyMemory<double> separationArcsec;
    private readonly int first;
    private Present? ofA, ofB, ofPair;

    /// <param name="rowA">Rows of A.</param>
    /// <param name="rowB">Rows of B.</param>
    /// <param name="separationArcsec">Separations; NaN where it is no pair.</param>
    /// <param name="first">The first that counts.</param>
    /// <param name="count">How many count.</param>
    /// <param name="mayLackA">Whether rows of A may be missing.</param>
    /// <param name="mayLackB">Whether rows of B may be missing.</param>
    internal BlockRows(ReadOnlyMemory<int> rowA, ReadOnlyMemory<int> rowB, ReadOnlyMemory<double> separationArcsec, int first, int count,
        bool mayLackA, bool mayLackB)
    {
        (this.rowA, this.rowB, this.separationArcsec, this.first, Count, MayLackA, MayLackB) =
            (rowA, rowB, separationArcsec, first, count, mayLackA, mayLackB);
    }

    internal BlockRows(PairBuffer block, bool mayLackA, bool mayLackB)
        : this(block.RowA, block.RowB, block.SeparationArcsec, 0, block.Count, mayLackA, mayLackB) { }

    /// <summary>Rows in all.</summary>
    internal int Count { get; }

    internal bool MayLackA { get; }

    internal bool MayLackB { get; }

    /// <summary>Rows of A, -1 for none.</summary>
    internal ReadOnlySpan<int> RowA => rowA.Span.Slice(first, Count);

    /// <summary>Rows of B, -1 for none.</summary>
    internal ReadOnlySpan<int> RowB => rowB.Span.Slice(first, Count);

    /// <summary>Whether a part may be missing.</summary>
    internal bool MayLack(ResultPart part) => part switch { ResultPart.A => MayLackA, ResultPart.B => MayLackB, _ => MayLackA || MayLackB };

    /// <summary>Rows that have a part.</summary>
    internal int CountOf(ResultPart part) => MayLack(part) ? Of(part).Count : Count;

    /// <summary>Rows of A, of those that have a part; it is A or the pair.</summary>
    internal ReadOnlySpan<int> RowsA(ResultPart part) => MayLack(part) ? Of(part).RowsA : RowA;

    /// <summary>Rows of B, of those that have a part; it is B or the pair.</summary>
    internal ReadOnlySpan<int> RowsB(ResultPart part) => MayLack(part) ? Of(part).RowsB : RowB;

    /// <summary>Separations of the pairs.</summary>
    internal ReadOnlySpan<double> Separations => MayLack(ResultPart.Pair) ? Of(ResultPart.Pair).Separations
        : separationArcsec.Span.Slice(first, Count);

    /// <summary>The definition levels of a part, as a Parquet page has them; empty where the part is never missing.</summary>
    internal ReadOnlySpan<byte> LevelsOf(ResultPart part) => MayLack(part) ? Of(part).Levels : default;

    /// <summary>Whether a part is missing, for each row; empty where the part is never missing.</summary>
    internal ReadOnlyMemory<bool> IsMissing(ResultPart part) => MayLack(part) ? Of(part).IsMissing : default;

    private Present Of(ResultPart part) => part switch
    {
        ResultPart.A => ofA ??= new Present(this, part),
        ResultPart.B => ofB ??= new Present(this, part),
        _ => ofPair ??= new Present(this, part),
    };

    // Made by one thread, of the block that it prepares.
    private sealed class Present
    {
        private readonly int[] rowsA, rowsB;
        private readonly double[] separations;

        internal Present(BlockRows rows, ResultPart part)
        {
            ReadOnlySpan<int> rowA = rows.RowA, rowB = rows.RowB;
            ReadOnlySpan<double> allSeparations = rows.separationArcsec.Span.Slice(rows.first, rows.Count);
            IsMissing = new bool[rows.Count];
            for (int i = 0; i < IsMissing.Length; i++)
            {
                IsMissing[i] = part switch { ResultPart.A => rowA[i] < 0, ResultPart.B => rowB[i] < 0, _ => rowA[i] < 0 || rowB[i] < 0 };
                Count += IsMissing[i] ? 0 : 1;
            }
            (rowsA, rowsB, separations) = (new int[part == ResultPart.B ? 0 : Count], new int[part == ResultPart.A ? 0 : Count],
                new double[part == ResultPart.Pair ? Count : 0]);
            for (int i = 0, to = 0; i < IsMissing.Length; i++)
                if (!IsMissing[i])
                {
                    if (part != ResultPart.B)
                        rowsA[to] = rowA[i];
                    if (part != ResultPart.A)
                        rowsB[to] = rowB[i];
                    if (part == ResultPart.Pair)
                        separations[to] = allSeparations[i];
                    to++;
                }
            Levels = DefinitionLevels.Of(IsMissing);
        }

        internal int Count { get; }

        internal bool[] IsMissing { get; }

        internal byte[] Levels { get; }

        internal ReadOnlySpan<int> RowsA => rowsA;

        internal ReadOnlySpan<int> RowsB => rowsB;

        internal ReadOnlySpan<double> Separations => separations;
    }
}
