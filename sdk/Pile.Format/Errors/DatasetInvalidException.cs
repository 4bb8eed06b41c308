namespace Pile.Format;

/// <summary>A dataset does not follow the format, or contradicts itself.</summary>
/// <param name="dataset">The dataset's folder or address.</param>
/// <param name="finding">What is wrong, and where.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">The underlying exception.</param>
public sealed class DatasetInvalidException(string dataset, string finding, string remedy, Exception? inner = null)
    : PileException($"Dataset '{dataset}': {finding.TrimEnd('.')}. {remedy}.", inner)
{
    /// <summary>The dataset's folder or address.</summary>
    public string Dataset { get; } = dataset;

    /// <summary>What is wrong, without the dataset and the remedy.</summary>
    internal string Finding { get; } = finding.TrimEnd('.');
}
