using System.Collections.Concurrent;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Rasters;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>R001, R002, R003: <c>sources.parquet</c> can be read, and the files outside the dataset are the recorded ones.</summary>
internal sealed class SourcesCheck(DatasetUnderReview dataset, ReferenceList list, Mounts mounts)
{
    private readonly string path = DatasetPaths.Sources(dataset.Manifest.Subset);
    private readonly ReferenceSources sources = new(list, mounts);
    private readonly bool isOfRasters = dataset.References.All(c => c.Storage == ColumnStorage.Window);

    private readonly PlaceAccess access = new();
    private readonly ConcurrentDictionary<string, bool> reported = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, int>> firstOfPlace = new(() => FirstOfPlace(list));

    /// <summary>Reads the list, and sets the files of the dataset.</summary>
    /// <returns>Null if no column is in other files, or if the list cannot be read, which is then a finding.</returns>
    internal static SourcesCheck? Read(DatasetUnderReview dataset, IFileStore store, CancellationToken cancellationToken)
    {
        string listPath = DatasetPaths.Sources(dataset.Manifest.Subset);
        if (dataset.References.IsEmpty)
            return null;
        if (dataset.Files.FirstOrDefault(f => f.Path == listPath) is not { } file)
        {
            dataset.Log.Error(FindingCodes.SourceListInvalid, listPath, "expected the list of files outside the dataset, found none");
            return null;
        }
        if (!dataset.IsComplete(file))
            return null;
        try
        {
            ReferenceList read = dataset.Databases.Use(
                connection => ReferenceList.Read(connection, dataset.FullPath(listPath), cancellationToken));
            Mounts places = Mounts.Of(store, new DatasetOptions { Mounts = dataset.Options.Mounts, Storage = dataset.Options.Storage });
            dataset.Rasters = [.. Enumerable.Range(0, read.Count)
                .Select(number => LayoutOf(dataset, listPath, read[number], number)?.AsRead)];
            dataset.Sources = new PieceFiles(new ReferenceSources(read, places), maxOpen: 16);
            return new SourcesCheck(dataset, read, places);
        }
        catch (Exception e) when (e is DuckDbException or FormatException or DocumentInvalidException)
        {
            dataset.Log.Error(FindingCodes.SourceListInvalid, listPath,
                $"expected a list of files that can be read, found: {(e is DuckDbException sql ? sql.FirstLine() : e.Message)}");
            return null;
        }
    }

    /// <summary>Reads the headers of the raster files whose layouts are not in the dataset, so that rows are compared with them. A file
    /// that cannot be read is a finding of the other checks.</summary>
    internal void ReadHeaders(CancellationToken cancellationToken)
    {
        if (!isOfRasters)
            return;
        RasterLayout?[] layouts = [.. dataset.Rasters];
        using WindowSources rasters = new(list, mounts);
        Parallel.For(0, list.Count, new ParallelOptions
        {
            MaxDegreeOfParallelism = dataset.Options.Workers,
            CancellationToken = cancellationToken,
        }, number =>
        {
            string uri = list.UriOf(number), place = SourceUri.PlaceOf(uri);
            if (layouts[number] is not null || SourceUri.FindFault(uri) is not null || !mounts.IsKnown(uri)
                || access.ObstacleOf(place) is not null)
                return;
            try
            {
                layouts[number] = rasters.OpenAsync(number, cancellationToken).AsTask().GetAwaiter().GetResult().Layout;
                access.Grant(place);
            }
            catch (StoreException e) when (access.TryDeny(place, number, e))
            {
                // Reported with the files of the place.
            }
            catch (PileException)
            {
                // Reported by the check of the file, or of its values.
            }
        });
        dataset.UnreadRasters = [.. Enumerable.Range(0, layouts.Length).Where(n => dataset.Rasters[n] is null && layouts[n] is not null)];
        dataset.Rasters = [.. layouts];
        foreach (int number in dataset.UnreadRasters)
            if (layouts[number] is { } own && RasterLayoutJson.StatedOf(list[number]) is var (width, height)
                && own.Width >= width && own.Height >= height && (own.Width > width || own.Height > height)) // or windows leave it
                dataset.Log.Error(FindingCodes.WindowInvalid, path, string.Create(CultureInfo.InvariantCulture, $"expected '{list.UriOf(
                    number)}' with {width} × {height} pixels, as the document of the scene states; found {own.Width} × {own.Height}. ")
                    + "Chips are missing: correct 'proj:shape', and build the dataset again", number);
    }

    /// <summary>Checks one file after the other. <see cref="ReportDenied"/> follows.</summary>
    /// <param name="first">The number of the first file.</param>
    /// <param name="count">The number of files.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    internal void CheckFiles(int first, int count, CancellationToken cancellationToken)
    {
        for (int number = first; number < first + count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string uri = list.UriOf(number), place = SourceUri.PlaceOf(uri);
            if (SourceUri.FindFault(uri) is { } fault)
                dataset.Log.Error(FindingCodes.SourceListInvalid, path, $"expected a legal address, found '{uri}': {fault}", number);
            else if (!mounts.IsKnown(uri))
                Unchecked(place, SourceUri.IsRemote(uri) ? "a dataset may not make a program open any address; mount it to read the files "
                    + "where they are (ValidationOptions.Mounts)"
                    : "it is not known where they are; mount their place (ValidationOptions.Mounts)");
            else if (access.ObstacleOf(place) is null)
                CheckFile(number, uri, cancellationToken);
        }
    }

    /// <summary>Reports the places whose files cannot be read, and the files that other places deny.</summary>
    internal void ReportDenied()
    {
        foreach ((int number, string why) in access.Complete())
            dataset.Log.Add(Warning(number, $"'{list.UriOf(number)}' is not checked: {why.TrimEnd('.')}"));
        foreach ((string place, string why) in access.GivenUp)
            Unchecked(place, why);
    }

    /// <summary>True if files of a whole place were not checked.</summary>
    internal bool HasUncheckedPlaces => !reported.IsEmpty;

    /// <summary>The number of files.</summary>
    internal int Count => list.Count;

    private void CheckFile(int number, string uri, CancellationToken cancellationToken)
    {
        try
        {
            (IFileStore store, string place) = mounts.Resolve(uri);
            if (list.BytesOf(number) == ReferencedFile.UnknownBytes)
                store.OpenAsync(place, cancellationToken).AsTask().GetAwaiter().GetResult().Dispose(); // nothing to compare with
            else if (!store.Traits.IsLocal && FaultOf(store, place, list[number]) is { } fault)
                Changed(number, $"expected '{uri}' {fault}");
            else
            {
                using IRandomAccessFile file = sources.Open(number);
                if (dataset.Options.Deep && list[number].Sha256 is { } sha256
                    && FileSha256.Of(file, cancellationToken) is var found && found != sha256)
                    Changed(number, $"expected '{uri}' with SHA-256 {sha256}, found {found}");
            }
            access.Grant(SourceUri.PlaceOf(uri));
        }
        catch (StoreException e) when (access.TryDeny(SourceUri.PlaceOf(uri), number, e))
        {
            // Reported with the files of the place.
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or PileException)
        {
            Changed(number, $"expected '{uri}' as recorded: {e.Message}");
        }
    }

    private static RasterLayout? LayoutOf(DatasetUnderReview dataset, string path, ReferencedFile file, int number)
    {
        try
        {
            RasterLayout? layout = RasterLayoutJson.Of(file);
            if (layout is not null && file.Bytes != ReferencedFile.UnknownBytes)
                foreach (RasterLevel level in layout.Levels.Concat(layout.MaskLevels))
                    for (int block = 0; block < level.Offsets?.Length; block++)
                        if (level.Sizes![block] > 0 && (level.Offsets[block] < 0 || level.Sizes[block] > file.Bytes
                            || level.Offsets[block] > file.Bytes - level.Sizes[block]))
                        {
                            dataset.Log.Error(FindingCodes.RasterLayoutInvalid, path, $"expected the blocks of '{file.Uri}' in its "
                                + $"{file.Bytes} bytes, found one of {level.Sizes[block]} bytes at {level.Offsets[block]}", number);
                            return layout;
                        }
            return layout;
        }
        catch (SourceUnreadableException e)
        {
            dataset.Log.Error(FindingCodes.RasterLayoutInvalid, path, e.Message, number);
            return null;
        }
    }

    // A remote store compares length and tag only when bytes are read.
    private static string? FaultOf(IFileStore store, string place, ReferencedFile expected)
    {
        using IRandomAccessFile file = store.OpenAsync(place).AsTask().GetAwaiter().GetResult();
        return file.LengthBytes != expected.Bytes ? $"of {expected.Bytes} bytes, found {file.LengthBytes} bytes"
            : expected.ETag is { } tag && file.ETag is { } found && found != tag ? $"with the ETag {tag}, found {found}" : null;
    }

    private static Dictionary<string, int> FirstOfPlace(ReferenceList list)
    {
        Dictionary<string, int> first = new(StringComparer.Ordinal);
        for (int number = 0; number < list.Count; number++)
            first.TryAdd(SourceUri.PlaceOf(list.UriOf(number)), number);
        return first;
    }

    // One finding for each place.
    private void Unchecked(string place, string why)
    {
        if (reported.TryAdd(place, true) && firstOfPlace.Value[place] is var number)
            dataset.Log.Add(Warning(number,
                $"'{list.UriOf(number)}' and other files of this place are not checked: {why.TrimEnd('.')}"));
    }

    private Finding Warning(int number, string message) => new(isOfRasters ? FindingCodes.RasterUnreachable
        : FindingCodes.SourceUnmounted, FindingSeverity.Warning, path, number, null, message);

    private void Changed(int number, string message) => dataset.Log.Error(FindingCodes.SourceChanged, path, message, number);
}
