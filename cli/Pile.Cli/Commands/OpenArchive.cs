using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Pile.Adopting;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Writing.Staging;

namespace Pile.Cli.Commands;

/// <summary>The archive that <c>pile adopt</c> reads.</summary>
/// <param name="Archive">The files.</param>
/// <param name="Mounts">Where each address of the dataset is.</param>
internal sealed record OpenArchive(IArchive Archive, IReadOnlyDictionary<string, string> Mounts)
{
    // Reading more than this for a row is worth saying.
    private const double DearRatio = 4;

    /// <summary>Opens the files that the user named.</summary>
    /// <exception cref="ArgumentException">A place does not exist, or its files are of several kinds.</exception>
    /// <exception cref="UsageException">An option does not apply to the files.</exception>
    internal static async Task<OpenArchive> OfAsync(ParseResult parsed, string[] sources, ArchiveKind? kind, string output,
        Action<string> report, CancellationToken cancellationToken)
    {
        ArchiveInputs inputs = await ArchiveInputs.OfAsync(sources, kind, cancellationToken).ConfigureAwait(false);
        AdoptOptions.Check(parsed, inputs.Kind);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        HashSet<string> excluded = new([full, MountsFile.PathOf(full), StagingFolder.Of(full)], StringComparer.Ordinal);
        if (kind is null)
            report($"adopting {inputs.Kind switch
            {
                ArchiveKind.Hdf5 => "HDF5 files",
                ArchiveKind.Tar => "tar archives",
                _ => "files, one per row",
            }} (--as {inputs.Kind.ToString().ToLowerInvariant()})");
        if (inputs.Notes > 0)
            report(string.Create(CultureInfo.InvariantCulture,
                $"{inputs.Notes:N0} files of other kinds beside them are left out; '--as files' adopts each file as a row"));
        FileArchiveOptions files = AdoptOptions.FilesOf(parsed, excluded);
        IArchive archive = inputs.Kind switch
        {
            ArchiveKind.Hdf5 => await Hdf5Archive.OpenAsync(inputs.Inputs[0].Root,
                await inputs.Hdf5FilesAsync(excluded, cancellationToken).ConfigureAwait(false), AdoptOptions.Hdf5Of(parsed),
                cancellationToken).ConfigureAwait(false),
            ArchiveKind.Tar => new TarArchive(await inputs.TarsAsync(cancellationToken).ConfigureAwait(false), files),
            _ => new FolderArchive(inputs.Inputs.Select(input => new FolderSource(RequireLocal(input).Root, [.. input.Files])), files),
        };
        if (AdoptOptions.TableOf(parsed) is { } table)
            archive = new JoinedArchive(archive, await FileTable.ReadAsync(table, report, cancellationToken).ConfigureAwait(false));
        return new OpenArchive(archive, inputs.Mounts);
    }

    /// <summary>Reports the columns whose rows are read with many other bytes, and what storing them again would gain.</summary>
    internal void ReportCosts(Action<string> report)
    {
        foreach (RowCost cost in (Archive as Hdf5Archive)?.RowCosts ?? ImmutableArray<RowCost>.Empty)
        {
            if (cost.Rows == 0)
                continue;
            string pieces = ((double)cost.Pieces / cost.Rows).ToString("0.#", CultureInfo.InvariantCulture),
                text = $"{cost.Column}: a row of {SizeText.Of(cost.ValueBytes / cost.Rows)} is read as {pieces} "
                    + $"{(pieces == "1" ? "piece" : "pieces")}, {SizeText.Of(cost.StoredBytes / cost.Rows)} stored and "
                    + $"{SizeText.Of(cost.DecodedBytes / cost.Rows)} decoded";
            double ratio = (double)cost.DecodedBytes / Math.Max(cost.ValueBytes, 1);
            report(ratio <= DearRatio ? text : $"{text}; 'pile copy --materialize' would make it one piece, and decode "
                + $"{ratio.ToString("0", CultureInfo.InvariantCulture)} times less");
        }
    }

    private static ArchiveInput RequireLocal(ArchiveInput input) => input.Root.Store.Traits.IsLocal ? input
        : throw new UsageException($"'{input.Root.Store.Address}': single files of a remote store cannot be adopted as rows yet. Adopt tar "
            + "archives or HDF5 files there, or a local copy.");
}
