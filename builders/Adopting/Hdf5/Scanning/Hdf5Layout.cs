namespace Pile.Adopting;

/// <summary>How an HDF5 file stores its rows.</summary>
internal enum Hdf5Layout
{
    /// <summary>There are no rows.</summary>
    None,

    /// <summary>Datasets with rows on the first axis, in one group or several equal ones; or compound tables.</summary>
    Table,

    /// <summary>A group for each object.</summary>
    Groups,

    /// <summary>One object: the whole file.</summary>
    Object,
}
