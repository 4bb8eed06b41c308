using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The names, types, shapes and paths of the files that one loader of the Multimodal Universe reads.</summary>
internal abstract class MmuLayout
{
    /// <summary>The name of the loader, or the modality for a table of the dataset's own columns.</summary>
    internal abstract string Name { get; }

    /// <summary>The modality of its datasets.</summary>
    internal abstract string Modality { get; }

    /// <summary>Words of a dataset's provenance that identify its survey, in lower case.</summary>
    internal virtual ImmutableArray<string> Words => [Name];

    /// <summary>The name of each file in its folder.</summary>
    internal virtual string FileName => "001-of-001.hdf5";

    /// <summary>True if the files have the other light columns of the dataset too.</summary>
    internal virtual bool HasOthers => true;

    /// <summary>Returns the folders of the pixels.</summary>
    internal abstract MmuFolders Folders(MmuTable table);

    /// <summary>Adds the columns of the layout to a table that has the common ones.</summary>
    internal abstract void Describe(MmuTable table);

    /// <summary>Returns how the files of a dataset are written: one HDF5 dataset for each column.</summary>
    /// <exception cref="SchemaMismatchException">The dataset lacks columns, or they have other shapes.</exception>
    internal virtual MmuFiles Files(string dataset, MmuTable table)
    {
        ImmutableArray<MmuColumn> columns = Columns(table);
        return new MmuFiles(columns.SelectMany(column => column.Sources),
            (path, _, rows, inFile, token) => MmuFile.WriteAsync(path, dataset, table.Manifest, columns, rows, inFile, token));
    }

    /// <summary>Returns the columns for a dataset.</summary>
    /// <exception cref="SchemaMismatchException">The dataset lacks columns, or they have other shapes.</exception>
    private protected ImmutableArray<MmuColumn> Columns(MmuTable table)
    {
        table.AddRequired(MmuTable.Id, MmuTable.Ra, MmuTable.Dec);
        table.Add(new HealpixColumn());
        Describe(table);
        if (HasOthers)
            table.AddOthers(withHeavy: false);
        return table.Finish(Name);
    }
}
