namespace Pile.Builders;

/// <summary>A builder that takes the epoch of the positions from the first of its files that may state one.</summary>
internal interface IEpochBuilder
{
    /// <summary>Returns false if a file cannot state an epoch.</summary>
    /// <param name="file">The name of the file in the dataset.</param>
    bool MayStateEpoch(string file);
}
