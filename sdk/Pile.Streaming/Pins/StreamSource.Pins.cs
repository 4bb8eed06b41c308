using System.Globalization;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Reading;

namespace Pile.Streaming;

public abstract partial class StreamSource
{
    private const string Id = "object_id";
    private const string WriteAgain = "The file was edited, or written by another version of pile: use that version, or write a new pin",
        Changed = "The tiles of the catalogue were changed, which its root does not cover, or the file was edited or written by another "
            + "version of pile: write a new pin";

    /// <summary>Writes a pin: one file, and one hash, for the dataset, the query, the split, the draw, the normalisation and the order of a
    /// run. <see cref="OpenPinAsync"/> streams exactly the same rows again.</summary>
    /// <param name="path">A local path that ends in <c>.pin.yaml</c>.</param>
    /// <param name="options">The seed, the shuffle and the number of epochs of the run.</param>
    /// <param name="replace">True to replace an existing file.</param>
    /// <param name="cancellationToken">Cancels the look-up of the ids, and leaves no file.</param>
    /// <returns>The options, with the pin and with the shuffle that it records. A loader with them writes the pin's hash into
    /// <see cref="StreamState"/> and rejects states of other pins.</returns>
    /// <exception cref="ArgumentException">The rows are not those of a query of a dataset, a part of it, a draw by class or their
    /// normalisation, in this order: a pin cannot describe a function. Apply transforms to the source that is pinned.</exception>
    /// <exception cref="OutputExistsException">There is such a file, and <paramref name="replace"/> is false.</exception>
    public async Task<LoaderOptions> PinAsync(string path, LoaderOptions? options = null, bool replace = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        SavedQueryFile.RequireFree(path, SavedQueryFile.PinEnding, replace);
        PinnedRows pinned = Pinned ?? throw new ArgumentException("A pin describes the rows of a query, a part of a split of them, a draw "
            + "by class and a normalisation, in this order. Pin such a source, and apply transforms to it afterwards.");
        options ??= new();
        Dataset dataset = pinned.Query.Dataset;
        PinDocument pin = await IdentifyAsync(this, new PinDocument
        {
            Query = await pinned.Query.ToSavedAsync(path, follow: false, cancellationToken, isPinned: true)
                .ConfigureAwait(false),
            Split = pinned.Split?.Step,
            Part = (pinned.Split?.Part ?? "", pinned.Split?.IsExcept ?? false),
            Draw = pinned.Draw,
            Rows = RowCount,
            IdsSha256 = "",
            Seed = options.ShuffleSeed,
            Shuffle = options.ShuffleSeed is null ? null
                : options.Shuffle ?? BlockShuffle.ForRowsOf(Math.Max(1, RowBytes), options.BatchRows),
            Epochs = options.Epochs,
            Scales = pinned.Scales ?? [],
            MeasuredRows = pinned.MeasuredRows,
        }, cancellationToken).ConfigureAwait(false);
        await SavedQueryFile.WriteAsync(path, SavedQueryFile.PinEnding, replace, pin.Write, cancellationToken).ConfigureAwait(false);
        return options with { Shuffle = pin.Shuffle, Pin = pin.Hash };
    }

    /// <summary>Opens the dataset of a pin, and makes the same rows again. The root of the dataset, the parts of the split and the ids are
    /// compared with those that the pin recorded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Resources and storage settings; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The dataset, which the caller disposes; the rows; and the options of the loader, to which batch size, worker, strategy and
    /// memory may be added.</returns>
    /// <exception cref="DatasetNotFoundException">There is no such file, or no dataset at its address.</exception>
    /// <exception cref="DatasetInvalidException">The root of the dataset, a part or the ids differ.</exception>
    public static async Task<(Dataset Dataset, StreamSource Source, LoaderOptions Options)> OpenPinAsync(string path,
        DatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new();
        YamlMap map = await SavedQueryFile.ReadAsync(path, options.Storage, cancellationToken, "pin").ConfigureAwait(false);
        PinDocument pin = PinDocument.Read(map);
        Dataset dataset = await Dataset.OpenSavedAsync(pin.Query, map.Required("query").AsMap(), path, options, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            StreamSource source = await MakeAsync(pin, dataset, map, cancellationToken).ConfigureAwait(false);
            PinDocument found = await IdentifyAsync(source, pin, cancellationToken).ConfigureAwait(false);
            string remedy = dataset.Catalogue is null ? WriteAgain : Changed;
            foreach ((string what, string? recorded, string? now) in ((string, string?, string?)[])
                [("the parts of the split", pin.PartsSha256, found.PartsSha256), ("the ids of its rows", pin.IdsSha256, found.IdsSha256)])
                if (recorded != now)
                    throw new DatasetInvalidException(path, $"{what} have the hash {now}, but the pin recorded {recorded}",
                        remedy);
            if (pin.Rows != found.Rows)
                throw new DatasetInvalidException(path, string.Create(CultureInfo.InvariantCulture,
                    $"it makes {found.Rows:N0} rows, but the pin recorded {pin.Rows:N0}"), remedy);
            return (dataset, source,
                new LoaderOptions { ShuffleSeed = pin.Seed, Shuffle = pin.Shuffle, Epochs = pin.Epochs, Pin = pin.Hash });
        }
        catch
        {
            await dataset.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<StreamSource> MakeAsync(PinDocument pin, Dataset dataset, YamlMap map, CancellationToken cancellationToken)
    {
        try
        {
            StreamSource source;
            if (pin.Split is { } step)
            {
                RowSplit split = await step.MakeAsync(dataset.Query(), cancellationToken).ConfigureAwait(false);
                source = pin.Part.IsExcept ? split.Except(pin.Part.Name) : split[pin.Part.Name];
            }
            else
                source = await OpenAsync(dataset.Query(), cancellationToken).ConfigureAwait(false);
            if (pin.Draw is { } draw)
                source = await source.DrawAsync(draw, cancellationToken).ConfigureAwait(false);
            return pin.Scales.IsEmpty ? source
                : new NormalisedRows(source, pin.Scales)
                {
                    Pinned = source.Pinned! with { Scales = pin.Scales, MeasuredRows = pin.MeasuredRows },
                };
        }
        catch (ArgumentException e)
        {
            throw map.Invalid(ArgumentText.Of(e).TrimEnd('.'));
        }
    }

    // Adds the hashes of the parts and of the rows.
    private static async Task<PinDocument> IdentifyAsync(StreamSource source, PinDocument pin, CancellationToken cancellationToken)
    {
        PinnedRows pinned = source.Pinned!;
        using IdsHash ids = new();
        ids.Add(await source.ColumnAsync(Id, cancellationToken).ConfigureAwait(false));
        string? parts = null;
        if (pinned.Split is { } split)
        {
            StreamSource all = await OpenAsync(pinned.Query.Columns(Id), cancellationToken).ConfigureAwait(false);
            parts = split.Made.Hash(await all.ColumnAsync(Id, cancellationToken).ConfigureAwait(false));
        }
        return pin with { PartsSha256 = parts, Rows = ids.Rows, IdsSha256 = ids.Finish() };
    }
}
