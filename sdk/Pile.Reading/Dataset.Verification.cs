using Pile.Format;

namespace Pile.Reading;

public sealed partial class Dataset
{
    private readonly HashSet<string> unverifiedColumns = new(StringComparer.Ordinal);

    /// <summary>Reports columns that have values which are not verified (SCHEMA.md, S15.10 and S16.14), each column once.</summary>
    internal void ReportUnverified(IEnumerable<HeavyColumn> columns)
    {
        if ((Options.OnUnverified ?? Options.OnMessage) is not { } report)
            return;
        List<string> ofRasters = [], ofFiles = [];
        lock (unverifiedColumns)
            foreach (HeavyColumn column in columns)
                if (!unverifiedColumns.Contains(column.Stored.Name) && column.HasUnverified())
                {
                    unverifiedColumns.Add(column.Stored.Name);
                    (column.Stored.Storage == ColumnStorage.Window ? ofRasters : ofFiles).Add($"'{column.Stored.Name}'");
                }
        if (ofRasters.Count > 0)
            report($"values of {string.Join(", ", ofRasters)} of '{Address}' are not verified, because blocks of rasters have no "
                + "checksums; 'pile copy --materialize' stores the values in shards, which have");
        if (ofFiles.Count > 0)
            report($"values of {string.Join(", ", ofFiles)} of '{Address}' are not verified, because the dataset has no checksums of "
                + "them; 'pile adopt --checksums' records them, and 'pile copy --materialize' stores the values in shards");
    }

    /// <summary>Rejects a dataset that is read without its index: without checksums its values are not verified, but a dataset, an archive
    /// or a match that is made of them would be accepted as verified.</summary>
    /// <param name="what">What needs verified values, as the start of a sentence.</param>
    /// <param name="orIgnored">True to accept a dataset that was opened with <see cref="DatasetOptions.IgnoreIndex"/>.</param>
    /// <exception cref="DatasetInvalidException">The dataset is read without its index.</exception>
    internal void RequireIndex(string what, bool orIgnored = false)
    {
        if (!IsWithoutIndex || (orIgnored && Options.IgnoreIndex))
            return;
        const string Ignored = $"{nameof(DatasetOptions)}.{nameof(DatasetOptions.IgnoreIndex)}";
        string state = Options.IgnoreIndex ? "is to be ignored" : "is missing";
        throw new DatasetInvalidException(Address,
            $"its index, which has the checksums of its values, {state}. {what} needs verified values",
            Options.IgnoreIndex ? $"Do not set {Ignored}"
                : $"Run 'pile index rebuild {Address}', which makes the index again"
                    + (orIgnored ? $", or set {Ignored} to write values that are not verified" : ""));
    }
}
