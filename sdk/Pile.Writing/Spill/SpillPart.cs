using System.Buffers;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The growing rows of one part of a unit.</summary>
/// <param name="layout">The columns.</param>
/// <param name="layoutNumber">The number of the layout in the unit.</param>
/// <param name="folder">The folder of the unit.</param>
/// <param name="number">The number of the part in the unit.</param>
internal sealed class SpillPart(SpillLayout layout, int layoutNumber, string folder, int number) : IDisposable
{
    private readonly RowsFile file = new(Path.Combine(folder, NameOf(number)), new ArrayBufferWriter<byte>());

    internal SpillLayout Layout => layout;

    /// <summary>Appends a batch: the writer's internal columns, then light values and heavy shapes in the layout's order.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount) => file.Append(columns, rowCount);

    internal PartRecord Complete() => new(NameOf(number), layoutNumber, file.Rows, file.Complete());

    public void Dispose() => file.Dispose();

    private static string NameOf(int number) => $"part-{number:D5}{RowsFile.Extension}";
}
