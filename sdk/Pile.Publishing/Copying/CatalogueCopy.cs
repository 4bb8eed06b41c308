using Pile.Format;
using Pile.Reading;
using Pile.Writing;

namespace Pile.Publishing.Copying;

/// <summary>Builds a dataset from a HATS catalogue: the rows of each tile are one unit of the writer.</summary>
internal sealed class CatalogueCopy(Dataset catalogue, byte[] properties, CopyOptions options)
{
    private readonly Manifest manifest = catalogue.Manifest;
    private readonly StoredRows stored = new(catalogue);

    private DatasetSpec Spec => new()
    {
        Name = manifest.Name,
        Version = options.Where is null ? manifest.Version : $"{manifest.Version}+part",
        Modality = manifest.Modality,
        Description = options.Where is { } where
            ? $"{(manifest.Description is { } whole ? $"{whole.TrimEnd('.', ' ')}. " : "")}Rows where {where.ReplaceLineEndings(" ")}"
            : manifest.Description,
        Provenance = manifest.Provenance,
        EpochYear = manifest.EpochYear,
        SourceSettings = $"catalogue {SourceDataset.Hash(properties)} {options.Where}",
    };

    /// <summary>Writes the dataset.</summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="replace">True to replace an existing dataset.</param>
    /// <param name="cancellationToken">Cancels the write; the folder then does not exist.</param>
    /// <exception cref="ArgumentException">Cells are selected, or no row meets the condition.</exception>
    internal async Task WriteAsync(string folder, bool replace, CancellationToken cancellationToken)
    {
        if (!options.Cells.IsDefaultOrEmpty)
            throw new ArgumentException($"'{catalogue.Address}' is a HATS catalogue, which has tiles instead of cells. Select rows with "
                + "CopyOptions.Where.");
        WriterSettings settings = new() { Workers = options.Workers, Resume = options.Resume, Replace = replace };
        if (options.MemoryBytes is { } memory)
            settings = settings with { MemoryBytes = memory };
        SourceFile[] sources = [new($"{Uri.EscapeDataString(manifest.Name)}/{HatsProperties.FileName}", properties.Length,
            SourceDataset.Hash(properties))];
        DatasetWriter writer = DatasetWriter.Create(folder, Spec, settings);
        await using (writer.ConfigureAwait(false))
        {
            if (options.Where is null)
                await stored.SpillAsync(writer, "hats", sources, options.Workers, AsWritten, null, cancellationToken).ConfigureAwait(false);
            else
                await SpillSelectedAsync(writer, sources, options.Where, cancellationToken).ConfigureAwait(false);
            await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SpillSelectedAsync(DatasetWriter writer, SourceFile[] sources, string where, CancellationToken cancellationToken)
    {
        if (writer.IsComplete("hats", sources))
            return;
        long[] positions = await catalogue.PositionsAsync(catalogue.Query().Where(where), cancellationToken).ConfigureAwait(false);
        if (positions.Length == 0)
            throw new ArgumentException($"No row of '{catalogue.Address}' meets the condition {where}. A dataset must have at least "
                + "one row.");
        using UnitSpill spill = writer.BeginUnit("hats", sources);
        await foreach (RowBatch batch in stored.ReadPartsAsync(positions, cancellationToken).ConfigureAwait(false))
            spill.Append(AsWritten(batch));
        spill.Complete();
    }

    // The written index has the columns under their own names.
    private static RowBatch AsWritten(RowBatch batch) =>
        new(batch.Columns.Select(c => c.WithSchema(c.Schema with
        {
            TileSql = null,
            IndexName = null,
            Storage = c.Schema.Shape.Length > 1 ? ColumnStorage.Heavy : c.Schema.Storage, // an index has lists of one level
            Nullable = c.Schema is { Nullable: true, Role: ColumnRole.Native },
            // rows without id or position are reported when they are read
        })));
}
