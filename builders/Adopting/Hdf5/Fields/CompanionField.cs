using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>A dataset beside a column that says which rows have a value, or how long they are.</summary>
/// <param name="Field">Its field.</param>
/// <param name="Dataset">The dataset.</param>
internal sealed record CompanionField(SourceField Field, ForeignDataset Dataset);
