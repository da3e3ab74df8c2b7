// Steps of netifrc: it records what it has installed, so services are stopped and started.
import { loopback, type LinkName } from '../../kernel/link.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { commonFileRemoval, commonFileSteps, type CommonFileOptions } from '../shared/common-files.js'
import type { Step, Steps } from '../target.js'

export const serviceOf = (link: LinkName): string => `net.${link}`

/** One line for each service of ours, which the steps of the next change read. */
export const serviceComment = (link: LinkName): string => `service: ${serviceOf(link)}`

/** Earlier outputs had one line for all: `# Services: net.eth0 net.eth1`. */
const listed = (file: string): string => `$(sed -n 's/^# [Ss]ervices*: //p' ${file})`

export function stepsOf(plan: KernelPlan, own: readonly PlannedLink[], common: CommonFileOptions): Steps {
  const names = own.map((link) => serviceOf(link.name)).join(' ')
  const each = (program: string, command: string, why: string): readonly Step[] =>
    names === ''
      ? []
      : [{ programs: [program], command: `for service in ${names}; do ${command}; done`, why }]
  const restarted: readonly Step[] = [
    ...commonFileSteps(plan, common),
    {
      programs: ['rc-service'],
      command: `rc-service ${serviceOf(loopback)} restart`,
      why: 'installs rules and reject fallbacks; it deletes what it installed before, even if the files no longer list it',
    },
    ...each('rc-service', 'rc-service $service restart', 'addresses and routes'),
  ]
  const atBoot: readonly Step[] = [
    {
      programs: ['rc-update'],
      command: `rc-update add ${serviceOf(loopback)} boot`,
      why: 'rules are there before any link',
    },
    ...(plan.intent.manage === 'routing'
      ? []
      : each('rc-update', 'rc-update add $service default', 'the links come up at boot')),
  ]
  const before: Step =
    plan.intent.manage === 'routing'
      ? {
          programs: ['rc-service'],
          command: `for service in ${listed('/etc/conf.d/net.lo')}; do rm -f /etc/conf.d/$service; rc-service --ifstarted $service restart; done`,
          why: 'the file of a link that is listed no more would be read on',
          when: 'before-files',
        }
      : {
          programs: ['rc-service', 'rc-update'],
          command: `for service in ${listed('/etc/conf.d/net')}; do rc-service --ifstarted $service stop; rc-update --all delete $service; rm -f /etc/init.d/$service; done; rc-service --ifstarted ${serviceOf(loopback)} stop`,
          why: 'each link goes as it came; one that is listed no more would come up by DHCP at the next boot. lo last, so that what is closed stays closed',
          when: 'before-files',
        }
  return {
    first: [...atBoot, ...restarted],
    change: [before, ...atBoot, ...restarted],
    remove: [before, ...commonFileRemoval(plan, common)],
  }
}
