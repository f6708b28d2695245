import type { ProjectorDependencies } from './slot-projector.ts';
import type { AnyProjection } from './projection.ts';
import type { Document, ViewName } from './read-store.ts';
import type { View } from './view.ts';
import { UnknownView } from './view-operations.ts';

/** A view whose documents do not matter to the reader. */
// oxlint-disable-next-line typescript/no-explicit-any -- views of every kind of document
export type AnyView = View<any>;

/** All that is needed to fold the log into a slot of a view. */
export type ViewSource = ProjectorDependencies & { readonly projection: AnyProjection };

/** The views that this process runs, by name: those who look after views find them here. */
export class ViewRegistry {
  private readonly views = new Map<string, AnyView>();

  /** @throws where the process runs another view of that name */
  register<D extends Document>(view: View<D>): View<D> {
    const { name } = view.projection;
    if (this.views.has(name)) throw new Error(`there are two views named ${name}`);
    this.views.set(name, view);
    return view;
  }

  /** In order of their names. */
  all(): readonly AnyView[] {
    return [...this.views.values()].toSorted((a, b) => (a.projection.name < b.projection.name ? -1 : 1));
  }

  /** @throws UnknownView */
  get(name: string): AnyView {
    const view = this.views.get(name);
    if (!view) throw new UnknownView(name);
    return view;
  }

  /** What one of the views is made of. @throws UnknownView */
  sourceOf({ name }: ViewName): ViewSource {
    const { projection, dependencies } = this.get(name);
    return { ...dependencies, projection };
  }
}
