using Pile.CrossMatch.Matching;
using Pile.Parquet;

namespace Pile.CrossMatch;

/// <summary>Some rows of a result: rows of A and B, -1 if missing, and the rows that have each part.</summary>
internal sealed class BlockRows
{
    private readonly ReadOnlyMemory<int> rowA, rowB;
    private readonly ReadOnlyMemory<double> separationArcsec;
    private readonly int first;
    private Present? ofA, ofB, ofPair;

    /// <param name="rowA">Rows of A.</param>
    /// <param name="rowB">Rows of B.</param>
    /// <param name="separationArcsec">Separations; NaN for rows without a partner.</param>
    /// <param name="first">The first row to use.</param>
    /// <param name="count">The number of rows to use.</param>
    /// <param name="mayLackA">True if rows of A may be missing.</param>
    /// <param name="mayLackB">True if rows of B may be missing.</param>
    internal BlockRows(ReadOnlyMemory<int> rowA, ReadOnlyMemory<int> rowB, ReadOnlyMemory<double> separationArcsec, int first, int count,
        bool mayLackA, bool mayLackB)
    {
        (this.rowA, this.rowB, this.separationArcsec, this.first, Count, MayLackA, MayLackB) =
            (rowA, rowB, separationArcsec, first, count, mayLackA, mayLackB);
    }

    internal BlockRows(PairBuffer block, bool mayLackA, bool mayLackB)
        : this(block.RowA, block.RowB, block.SeparationArcsec, 0, block.Count, mayLackA, mayLackB) { }

    /// <summary>The number of rows.</summary>
    internal int Count { get; }

    internal bool MayLackA { get; }

    internal bool MayLackB { get; }

    /// <summary>Rows of A, -1 if missing.</summary>
    internal ReadOnlySpan<int> RowA => rowA.Span.Slice(first, Count);

    /// <summary>Rows of B, -1 if missing.</summary>
    internal ReadOnlySpan<int> RowB => rowB.Span.Slice(first, Count);

    /// <summary>Returns true if a part may be missing.</summary>
    internal bool MayLack(ResultPart part) => part switch { ResultPart.A => MayLackA, ResultPart.B => MayLackB, _ => MayLackA || MayLackB };

    /// <summary>Returns the number of rows that have a part.</summary>
    internal int CountOf(ResultPart part) => MayLack(part) ? Of(part).Count : Count;

    /// <summary>Returns the rows of A in the rows that have a part, which is A or the pair.</summary>
    internal ReadOnlySpan<int> RowsA(ResultPart part) => MayLack(part) ? Of(part).RowsA : RowA;

    /// <summary>Returns the rows of B in the rows that have a part, which is B or the pair.</summary>
    internal ReadOnlySpan<int> RowsB(ResultPart part) => MayLack(part) ? Of(part).RowsB : RowB;

    /// <summary>The separations of all rows; NaN without a partner.</summary>
    internal ReadOnlySpan<double> AllSeparations => separationArcsec.Span.Slice(first, Count);

    /// <summary>The separations of the pairs.</summary>
    internal ReadOnlySpan<double> Separations => MayLack(ResultPart.Pair) ? Of(ResultPart.Pair).Separations
        : AllSeparations;

    /// <summary>Returns the definition levels of a part for a Parquet page; empty if the part is never missing.</summary>
    internal ReadOnlySpan<byte> LevelsOf(ResultPart part) => MayLack(part) ? Of(part).Levels : default;

    /// <summary>Returns for each row whether a part is missing; empty if the part is never missing.</summary>
    internal ReadOnlyMemory<bool> IsMissing(ResultPart part) => MayLack(part) ? Of(part).IsMissing : default;

    private Present Of(ResultPart part) => part switch
    {
        ResultPart.A => ofA ??= new Present(this, part),
        ResultPart.B => ofB ??= new Present(this, part),
        _ => ofPair ??= new Present(this, part),
    };

    // Created by the thread that prepares the block.
    private sealed class Present
    {
        private readonly int[] rowsA, rowsB;
        private readonly double[] separations;

        internal Present(BlockRows rows, ResultPart part)
        {
            ReadOnlySpan<int> rowA = rows.RowA, rowB = rows.RowB;
            ReadOnlySpan<double> allSeparations = rows.AllSeparations;
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
