using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The columns of some rows of units, with their nulls, widths and lengths.</summary>
/// <remarks>Units with equal columns share it: the files of a survey may have hundreds of columns each.</remarks>
internal sealed class RowLayout(ImmutableArray<ColumnSchema> columns)
{
    internal ImmutableArray<ColumnSchema> Columns => columns;

    /// <summary>See <see cref="SpillLayout.TypesOf"/>.</summary>
    internal string Types => field ??= SpillLayout.TypesOf(columns);
}
