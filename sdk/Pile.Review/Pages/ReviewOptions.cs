namespace Pile.Review;

/// <summary>How a dataset is reviewed.</summary>
internal sealed record ReviewOptions
{
    /// <summary>The options of the validation.</summary>
    public ValidationOptions Validation { get; init; } = new();

    /// <summary>How the dataset is opened.</summary>
    public Reading.DatasetOptions Dataset { get; init; } = new();

    /// <summary>The largest number of rows of which light columns are read.</summary>
    public int SampleRows { get; init; } = 100_000;

    /// <summary>The largest number of rows of which values are read.</summary>
    public int HeavySampleRows { get; init; } = 1000;

    /// <summary>The number of rows that are drawn.</summary>
    public int GalleryRows { get; init; } = 12;

    /// <summary>Receives the name of each step.</summary>
    public Action<string>? OnStep { get; init; }
}
