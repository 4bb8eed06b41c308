using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>Collects findings from several threads and keeps, for each code, the first ones in the report's order.</summary>
/// <param name="maxPerCode">The number of findings that are kept for each code.</param>
/// <param name="folder">The temporary folder that represents a remote dataset; null for a local one.</param>
/// <param name="address">The address of the remote dataset, which replaces the folder in messages of the system and of DuckDB.</param>
internal sealed class FindingLog(int maxPerCode, string? folder = null, string? address = null)
{
    private readonly Lock adding = new();
    private readonly Dictionary<string, SortedSet<Finding>> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Adds a finding that makes the dataset invalid.</summary>
    internal void Error(string code, string path, string message, long? row = null, string? column = null) =>
        Add(new Finding(code, FindingSeverity.Error, path, row, column, message));

    /// <summary>Adds a finding that does not make the dataset invalid.</summary>
    internal void Warning(string code, string path, string message) =>
        Add(new Finding(code, FindingSeverity.Warning, path, null, null, message));

    internal void Add(Finding finding)
    {
        if (folder is not null)
            finding = finding with { Message = finding.Message.Replace(folder, address, StringComparison.Ordinal) };
        lock (adding)
        {
            if (!kept.TryGetValue(finding.Code, out SortedSet<Finding>? ofCode))
                kept.Add(finding.Code, ofCode = new SortedSet<Finding>(FindingOrder.Instance));
            if (!ofCode.Add(finding))
                return; // the same, from another thread
            counts[finding.Code] = counts.GetValueOrDefault(finding.Code) + 1;
            if (ofCode.Count > maxPerCode)
                ofCode.Remove(ofCode.Max!);
        }
    }

    /// <summary>Returns whether there is a finding of a code.</summary>
    internal bool Has(string code)
    {
        lock (adding)
            return counts.ContainsKey(code);
    }

    /// <summary>True if a finding makes the dataset invalid.</summary>
    internal bool HasErrors => Findings.Any(f => f.Severity == FindingSeverity.Error);

    internal ImmutableArray<Finding> Findings
    {
        get
        {
            lock (adding)
                return [.. kept.Values.SelectMany(f => f).Order(FindingOrder.Instance)];
        }
    }

    internal ImmutableSortedDictionary<string, long> Counts
    {
        get
        {
            lock (adding)
                return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
        }
    }

    private sealed class FindingOrder : IComparer<Finding>
    {
        internal static readonly FindingOrder Instance = new();

        public int Compare(Finding? x, Finding? y)
        {
            int order = string.CompareOrdinal(x!.Path, y!.Path);
            order = order != 0 ? order : (x.Row ?? -1).CompareTo(y.Row ?? -1);
            order = order != 0 ? order : string.CompareOrdinal(x.Column, y.Column);
            order = order != 0 ? order : string.CompareOrdinal(x.Code, y.Code);
            return order != 0 ? order : string.CompareOrdinal(x.Message, y.Message);
        }
    }
}
